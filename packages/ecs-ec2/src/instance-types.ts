import { type Mebibytes, mib } from "@mainstay/core";
import type { Architecture } from "@mainstay/ecs-service";

/** What an instance type offers. */
export interface InstanceSize {
  readonly vcpu: number;
  /** Installed, not what is left for tasks. */
  readonly memory: Mebibytes;
  /** Network interfaces that can be attached, the instance's own included. */
  readonly interfaces: number;
  readonly architecture: Architecture;
}

const gibibyte = 1024;
const arm = (vcpu: number, gib: number, interfaces: number): InstanceSize => ({
  vcpu,
  memory: mib(gib * gibibyte),
  interfaces,
  architecture: "arm64",
});
const intel = (vcpu: number, gib: number, interfaces: number): InstanceSize => ({
  ...arm(vcpu, gib, interfaces),
  architecture: "x86_64",
});

/**
 * Instance types that a cluster can be built of: vCPU, GiB, network interfaces.
 *
 * From the specifications in the Amazon EC2 instance types guide ("Maximum network interfaces" of the network tables), which
 * `aws ec2 describe-instance-types` also prints. Add a line here to use another one.
 */
export const instanceTypes = {
  "t4g.small": arm(2, 2, 3),
  "t4g.medium": arm(2, 4, 3),
  "t4g.large": arm(2, 8, 3),
  "t4g.xlarge": arm(4, 16, 4),
  "t3.small": intel(2, 2, 3),
  "t3.medium": intel(2, 4, 3),
  "t3.large": intel(2, 8, 3),
  "t3.xlarge": intel(4, 16, 4),
  "m7g.medium": arm(1, 4, 2),
  "m7g.large": arm(2, 8, 3),
  "m7g.xlarge": arm(4, 16, 4),
  "m7g.2xlarge": arm(8, 32, 4),
  "m7i.large": intel(2, 8, 3),
  "m7i.xlarge": intel(4, 16, 4),
  "m7i.2xlarge": intel(8, 32, 4),
  "c7g.medium": arm(1, 2, 2),
  "c7g.large": arm(2, 4, 3),
  "c7g.xlarge": arm(4, 8, 4),
  "c7g.2xlarge": arm(8, 16, 4),
  "c7i.large": intel(2, 4, 3),
  "c7i.xlarge": intel(4, 8, 4),
  "c7i.2xlarge": intel(8, 16, 4),
  "r7g.medium": arm(1, 8, 2),
  "r7g.large": arm(2, 16, 3),
  "r7g.xlarge": arm(4, 32, 4),
  "r7g.2xlarge": arm(8, 64, 4),
  "r7i.large": intel(2, 16, 3),
  "r7i.xlarge": intel(4, 32, 4),
  "r7i.2xlarge": intel(8, 64, 4),
} as const satisfies Record<string, InstanceSize>;

export type InstanceType = keyof typeof instanceTypes;
