import { Route53Record } from "@cdktf/provider-aws/lib/route53-record/index.js";
import { check } from "@mainstay/core";
import { Construct } from "constructs";
import type { HostedZone } from "./dns-zone.ts";
import { recordProblems } from "./domain.ts";

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
}

/**
 * A name that follows its target, for IPv4 and IPv6. Queries are free of charge.
 *
 * Route 53 answers with healthy addresses only. Clients keep an answer as long as the target's own: 60 s for a load balancer.
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

  private createRecord(type: "A" | "AAAA", { zone, name, target }: AliasRecordProps): Route53Record {
    return new Route53Record(this, type.toLowerCase(), {
      zoneId: zone.id,
      name,
      type,
      alias: { name: target.dnsName, zoneId: target.zoneId, evaluateTargetHealth: true },
    });
  }
}
