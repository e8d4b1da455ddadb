import { type Alarm, inARow, silenceIsBad } from "../alarm.ts";
import { metric, metricsOf } from "../metric.ts";
import type { Subject } from "../subject.ts";

/** A Route 53 health check. */
export interface WatchedHealthCheck {
  readonly id: string;
}

/**
 * Whether users reach a name, seen from outside by health checkers around the world.
 *
 * Route 53 publishes in us-east-1 only, wherever the checked thing is: its alarm, topic and dashboard graphs have to be there (pain 25).
 */
export function watchHealthCheck({ id }: WatchedHealthCheck, name: string): Subject {
  const of = metricsOf("AWS/Route53", { HealthCheckId: id });
  const unhealthy: Alarm = {
    severity: "page",
    means: `${name} does not answer health checkers around the world.`,
    look: "whether its region is well (its dashboard). If it is: name servers, certificate, firewall.",
    signal: metric(of("HealthCheckStatus", "Minimum")),
    limit: { below: 1 },
    range: { from: 0, to: 1 },
    // Route 53 decides by its own threshold and changes DNS at once; this tells people what it has done.
    datapoints: inARow(2),
    missing: silenceIsBad("Route 53 publishes every minute as long as the health check exists."),
  };
  return {
    region: "us-east-1",
    alarms: { unhealthy },
    graphs: [
      { title: "Healthy", lines: { status: unhealthy.signal }, limits: [unhealthy.limit], max: 1 },
      {
        title: "Checkers that agree, %",
        lines: { healthy: metric(of("HealthCheckPercentageHealthy", "Average")) },
        limits: [],
        max: 100,
      },
    ],
  };
}
