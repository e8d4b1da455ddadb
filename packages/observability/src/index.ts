export {
  type Alarm,
  type Datapoints,
  describe,
  inARow,
  type Limit,
  type Missing,
  outOf,
  type Severity,
  silenceIsBad,
  silenceIsFine,
  thresholdOf,
} from "./alarm.ts";
export { Alarms, type AlarmsProps, byComposite } from "./alarms.ts";
export { type Column, type DashboardContent, dashboardBody, type Widget } from "./dashboard-body.ts";
export { type StackJson, type Stacks, unheardAlarms } from "./hearing.ts";
export { formula, type Metric, metric, metricsOf, type Signal, type Statistic } from "./metric.ts";
export { RegionMonitoring, type RegionMonitoringProps } from "./region-monitoring.ts";
export { type AdoptedAlarm, type Graph, graphOf, graphsOnly, type Subject } from "./subject.ts";
export { type DatabaseWatch, type WatchedDatabase, watchDatabase } from "./subjects/database.ts";
export { type WatchedFiles, watchFiles } from "./subjects/files.ts";
export { type WatchedHealthCheck, watchHealthCheck } from "./subjects/health-check.ts";
export { type LoadBalancerOptions, type WatchedLoadBalancer, watchLoadBalancer } from "./subjects/load-balancer.ts";
export { type MachinesWatch, watchMachines } from "./subjects/machines.ts";
export { type ServiceWatch, type WatchedRoute, type WatchedService, watchService } from "./subjects/service.ts";
export { type WatchedWayOut, watchWayOut } from "./subjects/way-out.ts";
export { email, https, nobody, type Subscribers, type Subscription } from "./subscription.ts";
export { type Listener, Topic, type TopicProps } from "./topic.ts";
