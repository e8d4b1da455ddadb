import { type Percent, type Problem, percent, type Seconds, seconds } from "@mainstay/core";

/** What scales a service out. At least one of both; with both, the one that asks for more tasks wins. */
export interface Autoscaling {
  /** Tasks at night; also what must survive the loss of a zone. */
  readonly min: number;
  /** Tasks at the worst hour; above `min`. */
  readonly max: number;
  /**
   * Average CPU that the service is kept at.
   *
   * @default 50 %, unless `requestsPerTarget` is set: with two zones, what is left after losing one is then just busy
   */
  readonly cpu?: Percent;
  /**
   * Requests per task and minute that the service is kept at. Needs a route.
   *
   * @default not considered
   */
  readonly requestsPerTarget?: number;
}

/** How many tasks a service runs. */
export type Capacity =
  | { readonly kind: "fixed"; readonly tasks: number }
  | ({ readonly kind: "autoscaled" } & Autoscaling);

/** Always `tasks` tasks: Terraform owns the number. */
export const fixed = (tasks: number): Capacity => ({ kind: "fixed", tasks });

/** Between `min` and `max` tasks: autoscaling owns the number, Terraform only its bounds. */
export const autoscaled = (options: Autoscaling): Capacity => ({ kind: "autoscaled", ...options });

/** Tasks that are always wanted. */
export const leastTasks = (capacity: Capacity) => (capacity.kind === "fixed" ? capacity.tasks : capacity.min);

/** Tasks that there can be outside of a deployment. */
export const mostTasks = (capacity: Capacity) => (capacity.kind === "fixed" ? capacity.tasks : capacity.max);

/** Scale out soon, scale in late: a task too many costs cents, one too few costs requests. */
export const cooldown: { readonly out: Seconds; readonly in: Seconds } = { out: seconds(60), in: seconds(300) };

const defaultCpu = percent(50);

/** One target tracking policy. */
export interface Tracking {
  readonly metric: "ECSServiceAverageCPUUtilization" | "ALBRequestCountPerTarget";
  readonly target: number;
}

/** The policies of a service, by the id of their construct. */
export function tracking({ cpu, requestsPerTarget }: Autoscaling): Readonly<Record<string, Tracking>> {
  const cpuTarget = cpu ?? (requestsPerTarget === undefined ? defaultCpu : undefined);
  return {
    ...(cpuTarget !== undefined && { cpu: { metric: "ECSServiceAverageCPUUtilization", target: cpuTarget } }),
    ...(requestsPerTarget !== undefined && {
      requests: { metric: "ALBRequestCountPerTarget", target: requestsPerTarget },
    }),
  };
}

/** What is wrong with a capacity that a type cannot see. */
export function capacityProblems(capacity: Capacity, routed: boolean): Problem[] {
  if (capacity.kind === "fixed") {
    return isCount(capacity.tasks)
      ? []
      : [
          {
            property: "capacity",
            got: capacity.tasks,
            allowed: "fixed(n) with a whole n of 1 or more",
            fix: "Write fixed(2) to survive the loss of a task.",
          },
        ];
  }
  const { min, max, cpu, requestsPerTarget } = capacity;
  const found: Problem[] = [];
  if (!isCount(min) || !isCount(max) || min >= max) {
    found.push({
      property: "capacity",
      got: { min, max },
      allowed: "whole numbers with 1 <= min < max",
      fix: min === max ? `Write fixed(${min}): there is nothing to scale.` : "Raise max above min.",
    });
  }
  if (cpu !== undefined && (cpu < 10 || cpu > 90)) {
    found.push({
      property: "capacity.cpu",
      got: cpu,
      allowed: "10 to 90 %",
      fix: "Choose about 50 %: above 90 % there is no time left to start a task, below 10 % none is ever removed.",
    });
  }
  if (requestsPerTarget !== undefined && (requestsPerTarget <= 0 || !routed)) {
    found.push({
      property: "capacity.requestsPerTarget",
      got: requestsPerTarget,
      allowed: "more than 0 requests per task and minute, on a service with a route",
      fix: routed
        ? "Measure one task under load and write about 60 % of that."
        : "Give the service a route, or scale on cpu.",
    });
  }
  return found;
}

function isCount(tasks: number): boolean {
  return Number.isInteger(tasks) && tasks >= 1;
}
