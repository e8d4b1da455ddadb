export { type Credentials, Database, type DatabaseProps } from "./database.ts";
export { type Availability, type LogDays, logDays, type Version, versions } from "./decisions.ts";
export {
  type InstanceClass,
  instanceClasses,
  maxConnections,
  memoryOf,
  supportsPerformanceInsights,
} from "./instance-class.ts";
export { ReadReplica, type ReadReplicaProps, type ReplicaRole, type ReplicaSource } from "./read-replica.ts";
export type { Server } from "./server.ts";
export { type Windows, windowsOf } from "./windows.ts";
