import { EnvironmentStack, type EnvironmentStackProps, localState } from "@mainstay/core";
import { Testing } from "cdktf";

/** An empty stack of an environment `clinic-test` in eu-west-1, in an app of its own. */
export function testStack(props: Partial<EnvironmentStackProps> = {}): EnvironmentStack {
  return new EnvironmentStack(Testing.app(), {
    blueprint: "clinic",
    name: "test",
    region: "eu-west-1",
    life: "service",
    state: localState,
    cost: { owner: "team", costCenter: "1" },
    ...props,
  });
}
