import { defineBlueprint, type Environment, type Region } from "@mainstay/core";
import { dataStack } from "./data.ts";
import { edgeStack } from "./edge.ts";
import { networkStack } from "./network.ts";
import type { ClinicProps } from "./props.ts";
import { rules } from "./rules.ts";
import { serviceStack } from "./service.ts";

const define = defineBlueprint<ClinicProps>({
  blueprint: "clinic",
  ...rules,
  build: (app, props) => {
    const network = networkStack(app, props);
    const data = dataStack(app, props, network);
    const entrance = edgeStack(app, props, network);
    serviceStack(app, props, { network, data, entrance });
  },
});

/**
 * The clinic in one region: a VPC of three tiers, a load balancer with its own name and certificate, the API on ECS with EC2
 * capacity, MySQL, and a file system for documents.
 */
export function clinic<R extends Region>(props: ClinicProps<R>): Environment {
  return define(props);
}
