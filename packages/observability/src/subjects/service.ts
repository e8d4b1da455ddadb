import { type Alarm, inARow, outOf, silenceIsBad, silenceIsFine } from "../alarm.ts";
import { formula, metric, metricsOf } from "../metric.ts";
import { type AdoptedAlarm, type Graph, graphOf, type Subject } from "../subject.ts";

/** How requests reach a service; what `route()` of `@mainstay/alb` gives. */
export interface WatchedRoute {
  readonly loadBalancer: { readonly arnSuffix: string };
  readonly targetGroup: { readonly arnSuffix: string };
}

type Made = Pick<AdoptedAlarm, "alarmName" | "arn">;

/** An ECS service on a cluster with Container Insights; `Service` of `@mainstay/ecs-service` is one. */
export interface WatchedService {
  readonly service: { readonly name: string };
  readonly route?: WatchedRoute | undefined;
  /** What takes a deployment back: heard here as well. */
  readonly alarms?: { readonly serverErrors: Made; readonly unhealthyHosts: Made } | undefined;
}

export interface ServiceWatch {
  readonly service: WatchedService;
  readonly cluster: { readonly name: string };
  /** `fixed(n)` or `autoscaled({ ... })`, as the service got it: CPU is high only above what autoscaling aims at. */
  readonly capacity: { readonly kind: "fixed" } | { readonly kind: "autoscaled"; readonly cpu?: number };
}

/** Percent of what the tasks reserve. */
const highCpu = 80;
/** Percent of the limit at which a container is killed. */
const highMemory = 90;

/**
 * CPU above which autoscaling does not keep up: halfway from what it aims at to everything, and never below 80 %.
 *
 * Sustained, it means that the service is at its largest, or that tasks do not start.
 */
export function cpuThreshold(capacity: ServiceWatch["capacity"]): number {
  const aim = capacity.kind === "autoscaled" ? (capacity.cpu ?? 0) : 0;
  return Math.max(highCpu, (aim + 100) / 2);
}

/** Whether enough tasks run, and whether they have room. */
export function watchService({ service, cluster, capacity }: ServiceWatch): Subject {
  const dimensions = { ClusterName: cluster.name, ServiceName: service.service.name };
  const ecs = metricsOf("AWS/ECS", dimensions);
  const insights = metricsOf("ECS/ContainerInsights", dimensions);
  const desired = insights("DesiredTaskCount", "Average");
  const running = insights("RunningTaskCount", "Average");
  const cpu = cpuThreshold(capacity);

  const hosts = service.route === undefined ? {} : hostAlarms(service.route);
  const own = {
    "below-desired": {
      severity: "ticket",
      means: "Fewer tasks run than should.",
      look: "the service's events (aws ecs describe-services): no room on the instances, an image or secret that cannot be read, a task that ends at once.",
      signal: formula({ desired, running }, "desired - running"),
      limit: { above: 0 },
      range: { from: 0, to: Number.POSITIVE_INFINITY },
      // A deployment starts new tasks first, so that it is no reason; an instance that has to boot first takes 5 minutes.
      datapoints: inARow(10),
      missing: silenceIsBad("Container Insights counts the tasks of a service every minute, also when there are none."),
    },
    cpu: {
      severity: "ticket",
      means: `Tasks use more than ${cpu} % of their CPU.`,
      look: "whether the service is at its largest (raise max), cannot start tasks, or one release before was cheaper.",
      signal: metric(ecs("CPUUtilization", "Average")),
      limit: { above: cpu },
      // Of what is reserved: on instances a task may use what its neighbours leave, so that it can be more than 100.
      range: { from: 0, to: 100 },
      datapoints: inARow(15),
      missing: silenceIsFine("without tasks nothing is used; that none runs is another alarm."),
    },
    memory: {
      severity: "ticket",
      means: `A task uses more than ${highMemory} % of its memory; at 100 % it is killed.`,
      look: "whether it grows since the last deployment (a leak) or with the load (give the task more).",
      // The largest, since one that leaks disappears in an average.
      signal: metric(ecs("MemoryUtilization", "Maximum")),
      limit: { above: highMemory },
      range: { from: 0, to: 100 },
      datapoints: inARow(10),
      missing: silenceIsFine("without tasks nothing is used; that none runs is another alarm."),
    },
  } satisfies Record<string, Alarm>;

  return {
    alarms: { ...hosts, ...own },
    adopted: adopted(service),
    graphs: [
      ...(service.route === undefined ? [] : [hostGraph(service.route)]),
      { title: "Tasks", lines: { desired: metric(desired), running: metric(running) }, limits: [] },
      graphOf(
        "CPU, % of reserved",
        { average: own.cpu },
        { lines: { highest: metric(ecs("CPUUtilization", "Maximum")) }, max: Number.POSITIVE_INFINITY },
      ),
      graphOf("Memory, % of limit", { highest: own.memory }),
    ],
  };
}

function hostMetrics({ loadBalancer, targetGroup }: WatchedRoute) {
  const of = metricsOf("AWS/ApplicationELB", {
    LoadBalancer: loadBalancer.arnSuffix,
    TargetGroup: targetGroup.arnSuffix,
  });
  // Nodes of the load balancer judge alone: the best view of what is left, the worst of what is lost.
  return { healthy: of("HealthyHostCount", "Maximum"), unhealthy: of("UnHealthyHostCount", "Maximum") };
}

function hostAlarms(route: WatchedRoute): Record<string, Alarm> {
  const { healthy, unhealthy } = hostMetrics(route);
  return {
    "no-healthy-hosts": {
      severity: "page",
      means: "No task is ready: users get errors.",
      look: "why tasks are not ready. All at once: the database. One after the other: their logs, and the service's events.",
      signal: metric(healthy),
      limit: { below: 1 },
      range: { from: 0, to: Number.POSITIVE_INFINITY },
      // A failover of the database takes readiness away for 60 to 120 s (RDS guide), and gives it back.
      datapoints: inARow(3),
      missing: silenceIsBad("the load balancer counts as long as a target is registered (ELB guide): none is."),
    },
    "unhealthy-hosts": {
      severity: "ticket",
      means: "A task is not ready, again and again: redundancy is lost.",
      look: "the logs of that task. ECS replaces what is unhealthy: it comes back, or it flaps.",
      signal: metric(unhealthy),
      limit: { above: 0 },
      range: { from: 0, to: Number.POSITIVE_INFINITY },
      // What is unhealthy for minutes on end takes a deployment back; this sees what flaps as well.
      datapoints: outOf(10, 15),
      missing: silenceIsFine("without targets none is unhealthy; that none is there is another alarm."),
    },
  };
}

function hostGraph(route: WatchedRoute): Graph {
  const { healthy, unhealthy } = hostMetrics(route);
  return {
    title: "Tasks ready",
    lines: { ready: metric(healthy), "not ready": metric(unhealthy) },
    limits: [{ below: 1 }],
  };
}

function adopted({ alarms }: WatchedService): AdoptedAlarm[] {
  if (alarms === undefined) return [];
  const adopt = (severity: AdoptedAlarm["severity"], { alarmName, arn }: Made): AdoptedAlarm => ({
    severity,
    alarmName,
    arn,
  });
  return [adopt("page", alarms.serverErrors), adopt("ticket", alarms.unhealthyHosts)];
}
