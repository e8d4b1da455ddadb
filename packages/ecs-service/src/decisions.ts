import type { Problem, Seconds } from "@mainstay/core";
import { minutes } from "@mainstay/core";
import { capacityProblems } from "./capacity.ts";
import { ownVariables } from "./container.ts";
import type { ServiceProps } from "./service.ts";

/** Days that CloudWatch Logs can keep events for. */
export type LogDays = 1 | 3 | 5 | 7 | 14 | 30 | 60 | 90 | 120 | 150 | 180 | 365 | 400 | 545 | 731 | 1827 | 3653;

/**
 * How new tasks replace old ones: all old ones stay until the new ones are healthy.
 *
 * WHY: the 50 % that some tools default to takes half of the capacity away in every deployment (aws-cdk#31705). And zone
 * rebalancing starts a task before it stops one, which a maximum of 100 % forbids.
 */
export const rolling = { minimum: 100, maximum: 200 } as const;

/**
 * How long Terraform waits for a service to be steady, or gone.
 *
 * A start takes about 2 minutes, or 5 where an instance has to boot first; the circuit breaker needs up to 3 failed tasks
 * and then rolls back, for which the same time is needed again.
 */
export const patience: { readonly change: Seconds; readonly removal: Seconds } = {
  change: minutes(20),
  removal: minutes(20),
};

/** When a deployment is taken back although its tasks start. */
export const rollbackAlarms = {
  /**
   * Percent of answers that are the application's 5xx.
   *
   * Five is far above the noise of single failures and far below what a broken release gives.
   */
  serverErrors: 5,
  /** Requests per minute below which a percentage means nothing. */
  leastRequests: 20,
  /** Seconds of one data point: what the load balancer publishes. */
  period: 60,
  /**
   * Bad minutes in a row.
   *
   * A failover of a Multi-AZ database takes 60 to 120 s (RDS guide): three minutes are not taken for a bad release.
   */
  minutes: 3,
} as const;

const secretLike = /PASSWORD|PASSPHRASE|SECRET|TOKEN|PRIVATE_?KEY|API_?KEY/i;

/** What a user can get wrong here that a type cannot see. */
export function problems(props: ServiceProps): Problem[] {
  const { cluster, task, capacity, route } = props;
  return [
    ...sizeProblems(props),
    ...cluster.misfits(task),
    ...capacityProblems(capacity, route !== undefined),
    ...environmentProblems(props),
    ...secretArnProblems(props),
  ];
}

function sizeProblems({ task }: ServiceProps): Problem[] {
  const found: Problem[] = [];
  if (!Number.isInteger(task.cpu) || task.cpu < 128) {
    found.push({
      property: "task.cpu",
      got: task.cpu,
      allowed: "whole CPU units from 128 up; 1024 are one vCPU",
      fix:
        task.cpu > 0 && task.cpu < 128
          ? `Write ${task.cpu * 1024} for ${task.cpu} vCPU.`
          : "Write 512 for half a vCPU.",
    });
  }
  if (!Number.isInteger(task.memory) || task.memory < 64) {
    found.push({
      property: "task.memory",
      got: task.memory,
      allowed: "whole MiB from 64 up",
      fix: "Write mib(1024) for 1 GiB.",
    });
  }
  return found;
}

function environmentProblems({ environment = {}, secrets = {} }: ServiceProps): Problem[] {
  return Object.keys(environment).flatMap((name): Problem[] => {
    if (name in secrets) {
      return [
        {
          property: `environment.${name}`,
          got: "also in secrets",
          allowed: "each variable once; ECS refuses the task otherwise",
          fix: `Remove ${name} from environment.`,
        },
      ];
    }
    if (name in ownVariables) {
      return [
        {
          property: `environment.${name}`,
          got: environment[name],
          allowed: `nothing: the service sets it to ${ownVariables[name]}, where its port and health checks are`,
          fix: "Remove it, or change the contract.",
        },
      ];
    }
    if (secretLike.test(name)) {
      return [
        {
          property: `environment.${name}`,
          // WHY: the message goes to logs, so that it must not repeat the value.
          got: "a value in plain text",
          allowed: "a reference to a secret: the environment is readable in state, plan and console",
          fix: `Move it to secrets: { ${name}: { arn } }, or to secretArns where the application reads it itself.`,
        },
      ];
    }
    return [];
  });
}

/** A variable that is there twice: what the task gets would depend on who comes last, or ECS refuses it. */
function secretArnProblems({ environment = {}, secrets = {}, secretArns = {} }: ServiceProps): Problem[] {
  return Object.keys(secretArns).flatMap((name): Problem[] => {
    const others = Object.entries({ environment, secrets }).filter(([, named]) => name in named);
    return others.map(([other]) => ({
      property: `secretArns.${name}`,
      got: `also in ${other}`,
      allowed: "each variable once",
      fix: `Remove ${name} from ${other}.`,
    }));
  });
}
