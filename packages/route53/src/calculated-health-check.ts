import { Route53HealthCheck } from "@cdktf/provider-aws/lib/route53-health-check/index.js";
import { check, nameOf, type Problem } from "@mainstay/core";
import { Construct } from "constructs";
import type { HealthReference } from "./routing.ts";

export interface CalculatedHealthCheckProps {
  /** The checks that are counted, by name. Changed in place. */
  readonly children: Readonly<Record<string, HealthReference>>;

  /**
   * Children that have to be healthy. Changed in place.
   *
   * @default all
   */
  readonly atLeast?: number;
}

/** Healthy as long as enough other health checks are. About 0.50 USD a month. */
export class CalculatedHealthCheck extends Construct implements HealthReference {
  readonly check: Route53HealthCheck;
  readonly id: string;

  constructor(scope: Construct, id: string, props: CalculatedHealthCheckProps) {
    super(scope, id);
    check(this, problems(props));
    const children = Object.values(props.children);
    this.check = new Route53HealthCheck(this, "check", {
      type: "CALCULATED",
      childHealthchecks: children.map((child) => child.id),
      childHealthThreshold: props.atLeast ?? children.length,
      tags: { Name: nameOf(this, "tag") },
    });
    this.id = this.check.id;
  }
}

/** Route 53 API, ChildHealthChecks. */
const mostChildren = 255;

/** What a user can get wrong here that a type cannot see. */
function problems({ children, atLeast }: CalculatedHealthCheckProps): Problem[] {
  const count = Object.keys(children).length;
  const found: Problem[] = [];
  if (count < 1 || count > mostChildren) {
    found.push({
      property: "children",
      got: count,
      allowed: `1 to ${mostChildren} health checks`,
      fix: "Calculate over other calculated checks where there are more.",
    });
  }
  // Route 53 API, HealthThreshold: 0 is always healthy, more than there are children never.
  if (atLeast !== undefined && !(Number.isInteger(atLeast) && atLeast >= 1 && atLeast <= count)) {
    found.push({
      property: "atLeast",
      got: atLeast,
      allowed: `1 to ${count}, the number of children`,
      fix: "Anything else would never change its mind.",
    });
  }
  return found;
}
