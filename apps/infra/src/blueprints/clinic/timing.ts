import { type Contract, contract } from "@mainstay/contract";
import type { TimingChoice } from "./props.ts";

/** The contract with the durations of an environment in it; numbers where the contract has literals. */
export type TimedContract = Widened<Contract>;
type Widened<T> = {
  readonly [K in keyof T]: T[K] extends number ? number : T[K] extends object ? Widened<T[K]> : T[K];
};

/** What the load balancer and ECS are told in an environment with this `timing`. */
export function timed({
  healthInterval,
  healthTimeout,
  idle,
  draining,
  stopTimeout,
}: TimingChoice = {}): TimedContract {
  const { health, connection, shutdown } = contract;
  return {
    ...contract,
    health: { ...health, interval: healthInterval ?? health.interval, timeout: healthTimeout ?? health.timeout },
    connection: { ...connection, loadBalancerIdle: idle ?? connection.loadBalancerIdle },
    shutdown: {
      ...shutdown,
      deregistration: draining ?? shutdown.deregistration,
      stopTimeout: stopTimeout ?? shutdown.stopTimeout,
    },
  };
}
