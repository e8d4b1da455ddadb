import { Route53Record } from "@cdktf/provider-aws/lib/route53-record/index.js";
import { check } from "@mainstay/core";
import { Construct } from "constructs";
import type { HostedZone } from "./dns-zone.ts";
import { recordProblems } from "./domain.ts";
import { followsTarget, type Routing, routingArguments, simple } from "./routing.ts";

/** What a name can stand for: a load balancer, a CloudFront distribution. */
export interface AliasTarget {
  readonly dnsName: string;
  /** Hosted zone of the target itself, not of the name. */
  readonly zoneId: string;
}

export interface AliasRecordProps {
  readonly zone: HostedZone;
  /** Full name, in the zone: `clinic.example.com`. A change replaces the records. */
  readonly name: string;
  readonly target: AliasTarget;
  /**
   * {@link simple} or {@link failover}. A change updates the records in place.
   *
   * Route 53 takes no simple record beside one of another region: destroy the secondary's before the primary goes back to simple.
   *
   * @default simple
   */
  readonly routing?: Routing;
}

/**
 * A name that follows its target, for IPv4 and IPv6. Queries are free of charge.
 *
 * Clients keep an answer as long as the target's own: 60 s for a load balancer.
 */
export class AliasRecord extends Construct {
  readonly a: Route53Record;
  readonly aaaa: Route53Record;

  constructor(scope: Construct, id: string, props: AliasRecordProps) {
    super(scope, id);
    check(this, recordProblems("name", props.name, props.zone.name));
    this.a = this.createRecord("A", props);
    // Without IPv6 addresses at the target the answer is empty, and clients use the other record.
    this.aaaa = this.createRecord("AAAA", props);
  }

  private createRecord(type: "A" | "AAAA", props: AliasRecordProps): Route53Record {
    const { zone, name, target, routing = simple } = props;
    return new Route53Record(this, type.toLowerCase(), {
      zoneId: zone.id,
      name,
      type,
      alias: { name: target.dnsName, zoneId: target.zoneId, evaluateTargetHealth: followsTarget(routing) },
      ...routingArguments(routing),
    });
  }
}
