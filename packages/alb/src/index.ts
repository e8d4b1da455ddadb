export { AccessLogs, type AccessLogsProps } from "./access-logs.ts";
export type { Served } from "./decisions.ts";
export { LoadBalancer, type LoadBalancerProps } from "./load-balancer.ts";
export { type Entrance, Route, type RouteProps } from "./route.ts";
