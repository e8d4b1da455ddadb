import { EnvironmentStack, type Life, type Region } from "@mainstay/core";
import type { App } from "cdktf";
import type { Site } from "./site.ts";

/** The stack of one life of an environment, in the region of `site` unless another is given. */
export function clinicStack(app: App, life: Life, site: Site, region: Region = site.region): EnvironmentStack {
  const { name, state, cost, account, permissionBoundary } = site;
  return new EnvironmentStack(app, {
    blueprint: "clinic",
    name,
    region,
    life,
    // WHY: the bucket is in one region, whatever region a stack is in.
    state: state.kind === "s3" ? { region: site.home, ...state } : state,
    cost,
    ...(account !== undefined && { account }),
    ...(permissionBoundary !== undefined && { permissionBoundary }),
  });
}
