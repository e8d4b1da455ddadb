import { contract } from "@mainstay/contract";
import { type Seconds, seconds } from "@mainstay/core";
import { type Alarm, inARow, outOf, silenceIsFine } from "../alarm.ts";
import { formula, metric, metricsOf } from "../metric.ts";
import { graphOf, type Subject } from "../subject.ts";

/** An application load balancer; `LoadBalancer` of `@mainstay/alb` is one. */
export interface WatchedLoadBalancer {
  /** What CloudWatch calls the dimension `LoadBalancer`. */
  readonly arnSuffix: string;
}

export interface LoadBalancerOptions {
  /**
   * The 95th percentile of answers that users are made to wait for, above which somebody is woken.
   *
   * @default a tenth of the longest that the contract lets a request take: 3 s
   */
  readonly slow?: Seconds;
}

/** Percent of answers that are 5xx. Far above single failures, far below what something broken gives. */
const errorRate = 5;
/** Errors per minute below which a rate means nothing: one client that tries again is no outage. */
const leastErrors = 5;
/** Requests per minute below which a percentile is the answer time of one request. */
const leastRequests = 20;

/**
 * Minutes in a row.
 *
 * A failover of a Multi-AZ database takes 60 to 120 s (RDS guide) and mends itself: nobody is woken for it.
 */
const patience = 3;

/** When answers are slow: a tenth of the longest that a request may take. Those who wait for 3 s of 30 begin to leave. */
export function slowFrom(longestRequest: number): Seconds {
  return seconds(longestRequest / 10);
}

/** What users get: whether they are answered, and when. */
export function watchLoadBalancer(loadBalancer: WatchedLoadBalancer, options: LoadBalancerOptions = {}): Subject {
  const { slow = slowFrom(contract.connection.request) } = options;
  const of = metricsOf("AWS/ApplicationELB", { LoadBalancer: loadBalancer.arnSuffix });
  const requests = of("RequestCount", "Sum");
  const ownErrors = of("HTTPCode_ELB_5XX_Count", "Sum");
  const targetErrors = of("HTTPCode_Target_5XX_Count", "Sum");

  const alarms = {
    "server-errors": {
      severity: "page",
      means: `More than ${errorRate} % of the answers are errors of ours (5xx).`,
      look: "on the dashboard, whether the load balancer's own errors grow (no target answers) or the application's (its logs say why).",
      signal: formula(
        { own: ownErrors, target: targetErrors, requests },
        // RequestCount leaves out what no target was chosen for, which is what the load balancer refuses itself (ELB guide,
        // metrics): added here, so that a service without targets is not 0 of 0. What it counts already counts twice, so that
        // the rate can be half of the truth when all fails; it is right where it matters, about the threshold.
        `IF(FILL(own, 0) + FILL(target, 0) >= ${leastErrors}, 100 * (FILL(own, 0) + FILL(target, 0)) / (FILL(requests, 0) + FILL(own, 0)), 0)`,
      ),
      limit: { above: errorRate },
      range: { from: 0, to: 100 },
      datapoints: inARow(patience),
      missing: silenceIsFine("the load balancer publishes nothing where there was no request."),
    },
    slow: {
      severity: "page",
      means: `One answer in twenty takes longer than ${slow} s.`,
      look: "whether the service's CPU or the database's CPU and connections rose with it; then the slow-query log.",
      signal: formula(
        { p95: of("TargetResponseTime", "p95"), requests },
        `IF(FILL(requests, 0) >= ${leastRequests}, p95, 0)`,
      ),
      limit: { above: slow },
      // The load balancer gives up after its idle timeout, and answers 504.
      range: { from: 0, to: contract.connection.loadBalancerIdle },
      datapoints: outOf(5, 10),
      missing: silenceIsFine("without a request nobody waits."),
    },
  } satisfies Record<string, Alarm>;

  return {
    alarms,
    graphs: [
      graphOf("Errors, % of answers", { "5xx": alarms["server-errors"] }),
      graphOf(
        "Answer time, s",
        { p95: alarms.slow },
        { lines: { p50: metric(of("TargetResponseTime", "p50")) }, max: slow * 2 },
      ),
      {
        title: "Answers per minute",
        lines: {
          requests: metric(requests),
          "5xx by load balancer": metric(ownErrors),
          "5xx by application": metric(targetErrors),
          "4xx by application": metric(of("HTTPCode_Target_4XX_Count", "Sum")),
        },
        limits: [],
      },
    ],
    problems:
      slow > 0 && slow < contract.connection.loadBalancerIdle
        ? []
        : [
            {
              property: "slow",
              got: slow,
              allowed: `more than 0 s and less than ${contract.connection.loadBalancerIdle} s, after which the load balancer gives up`,
              fix: "Name the time after which users begin to leave.",
            },
          ],
  };
}
