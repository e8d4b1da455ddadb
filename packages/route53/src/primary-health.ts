import { Construct } from "constructs";
import { CalculatedHealthCheck } from "./calculated-health-check.ts";
import { HealthCheck, type HealthCheckProps } from "./health-check.ts";
import { latchedAt, thresholdCommand } from "./latch.ts";
import type { HealthReference } from "./routing.ts";

export type PrimaryHealthProps = HealthCheckProps;

/**
 * Whether the primary region gets traffic: its endpoint has to be healthy, and the gate open.
 *
 * The gate is a calculated check over the endpoint alone. Asked for one healthy child of one, it says what the endpoint says; asked for
 * two of one it is unhealthy for good (Route 53 API, HealthThreshold): that is the latch, set by `FailoverLatch` or by hand, and taken off
 * by hand. The endpoint is watched on either way. Knows names only, so that it can be deployed before there is a load balancer.
 */
export class PrimaryHealth extends Construct implements HealthReference {
  /** What the endpoint itself says, whether latched or not. */
  readonly endpoint: HealthCheck;
  readonly gate: CalculatedHealthCheck;
  /** The gate's: for the primary's records. */
  readonly id: string;
  /** Command that leaves the primary until somebody decides otherwise: what the latch does. */
  readonly leave: string;
  /** Command that lets traffic return. The README says what must be true before. */
  readonly failBack: string;

  constructor(scope: Construct, id: string, props: PrimaryHealthProps) {
    super(scope, id);
    this.endpoint = new HealthCheck(this, "endpoint", props);
    this.gate = new CalculatedHealthCheck(this, "gate", { children: { endpoint: this.endpoint } });
    // WHY: the threshold is the latch. Terraform would take it off with the next deployment, and traffic would go back to a
    // database that is behind (keycloak#29789).
    this.gate.check.lifecycle = { ignoreChanges: ["child_health_threshold"] };
    this.id = this.gate.id;
    this.leave = thresholdCommand(this.id, latchedAt);
    this.failBack = thresholdCommand(this.id, 1);
  }
}
