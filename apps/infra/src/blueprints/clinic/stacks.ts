import { EnvironmentStack, type Life } from "@mainstay/core";
import type { App } from "cdktf";
import type { ClinicProps } from "./props.ts";

/** The stack of one life of an environment. */
export function clinicStack(app: App, life: Life, props: ClinicProps): EnvironmentStack {
  const { name, region, state, cost, account } = props;
  return new EnvironmentStack(app, {
    blueprint: "clinic",
    name,
    region,
    life,
    state,
    cost,
    ...(account !== undefined && { account }),
  });
}
