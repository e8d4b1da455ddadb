import { Vpc } from "@mainstay/vpc";
import type { App } from "cdktf";
import { flows } from "./flows.ts";
import { logDays, type Site } from "./site.ts";
import { clinicStack } from "./stacks.ts";

/** What everything else of a region stands in. Changes rarely, and outlives all. */
export function networkStack(app: App, site: Site): Vpc {
  const { zones, network } = site;
  return new Vpc(clinicStack(app, "network", site), "network", { zones, flows, flowLogs: logDays(site), ...network });
}
