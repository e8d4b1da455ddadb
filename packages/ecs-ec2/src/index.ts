export { Ec2Cluster, type Ec2ClusterProps } from "./ec2-cluster.ts";
export { targetCapacity, tasksPerInstance, type Workload, type ZoneLoss } from "./headroom.ts";
export { type InstanceSize, type InstanceType, instanceTypes } from "./instance-types.ts";
