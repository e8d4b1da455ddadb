import { EnvironmentStack, type EnvironmentStackProps, localState } from "@mainstay/core";
import type { App } from "cdktf";
import { testApp } from "./app.ts";

/** An empty stack of an environment `clinic-test` in eu-west-1; in an app of its own, or beside other stacks in `app`. */
export function testStack(props: Partial<EnvironmentStackProps> = {}, app: App = testApp()): EnvironmentStack {
  return new EnvironmentStack(app, {
    blueprint: "clinic",
    name: "test",
    region: "eu-west-1",
    life: "service",
    state: localState,
    cost: { owner: "team", costCenter: "1" },
    ...props,
  });
}
