import { Route53HealthCheck } from "@cdktf/provider-aws/lib/route53-health-check/index.js";
import { check, nameOf, type Problem } from "@mainstay/core";
import { Construct } from "constructs";
import { isName, nameProblem } from "./domain.ts";
import { failureThreshold, type PatienceProps, patienceOf, patienceProblems } from "./patience.ts";
import type { HealthReference } from "./routing.ts";

export interface HealthCheckProps extends PatienceProps {
  /** Who is asked: a name that stands for one region alone, such as `eu-west-1.clinic.example.com`. Changed in place. */
  readonly name: string;

  /** What is asked for, by HTTPS on port 443: an answer of 200 to 399 within 6 s is a success. Changed in place. */
  readonly path: `/${string}`;

  /**
   * Measures how long the endpoint takes to answer, as metrics in us-east-1: 1 USD a month. A change replaces the check, the new one
   * first.
   *
   * @default false
   */
  readonly measureLatency?: boolean;
}

/**
 * Asks an HTTPS endpoint from eight regions of the world whether it is healthy. More than 18 % of the checkers have to say so.
 *
 * About 1.50 USD a month for an endpoint in AWS (0.50 for the check, 1.00 for HTTPS). It names the endpoint and depends on nothing, so
 * that it can exist before the endpoint does: until checkers have made up their minds it counts as healthy, then as what it is.
 */
export class HealthCheck extends Construct implements HealthReference {
  readonly check: Route53HealthCheck;
  readonly id: string;

  constructor(scope: Construct, id: string, props: HealthCheckProps) {
    super(scope, id);
    check(this, problems(props));
    const { name, path, measureLatency = false } = props;
    const timing = patienceOf(props);
    this.check = new Route53HealthCheck(this, "check", {
      type: "HTTPS",
      fqdn: name,
      port: 443,
      resourcePath: path,
      // Behind a load balancer a certificate is chosen by the name that the client asks for.
      enableSni: true,
      requestInterval: timing.interval,
      failureThreshold: failureThreshold(timing),
      measureLatency,
      tags: { Name: nameOf(this, "tag") },
      // WHY: Route 53 deletes no check that a calculated one still asks (API, HealthCheckInUse).
      lifecycle: { createBeforeDestroy: true },
    });
    this.id = this.check.id;
  }
}

/** What a user can get wrong here that a type cannot see. */
function problems({ name, path, ...timing }: HealthCheckProps): Problem[] {
  const found = patienceProblems(timing);
  if (!isName(name)) found.push(nameProblem("name", name));
  // Route 53 API, ResourcePath: 255 characters.
  if (!/^\/[\x21-\x7e]{0,254}$/.test(path)) {
    found.push({
      property: "path",
      got: path,
      allowed: "a slash and up to 254 printable characters without spaces",
      fix: "Use the path that says whether the application is ready.",
    });
  }
  return found;
}
