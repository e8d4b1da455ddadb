import { Vpc } from "@mainstay/vpc";
import type { App } from "cdktf";
import { flows } from "./flows.ts";
import type { ClinicProps } from "./props.ts";
import { clinicStack } from "./stacks.ts";

/** What everything else stands in. Changes rarely, and outlives all. */
export function networkStack(app: App, props: ClinicProps): Vpc {
  const { zones, network } = props;
  return new Vpc(clinicStack(app, "network", props), "network", { zones, flows, ...network });
}
