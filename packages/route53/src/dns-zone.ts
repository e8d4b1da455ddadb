import { DataAwsRoute53Zone } from "@cdktf/provider-aws/lib/data-aws-route53-zone/index.js";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record/index.js";
import { Route53Zone } from "@cdktf/provider-aws/lib/route53-zone/index.js";
import { check, type Problem } from "@mainstay/core";
import { Construct } from "constructs";
import { isName, nameProblem } from "./domain.ts";

/** What other modules may know of a DNS zone. */
export interface HostedZone {
  readonly id: string;
  /** Without a dot at the end: `clinic.example.com`. */
  readonly name: string;
}

/** Who owns the zone: this stack, or somebody else. */
export type ZoneChoice =
  | { readonly kind: "created"; readonly name: string }
  | { readonly kind: "existing"; readonly name: string; readonly id: string };

/** A new public zone. Its name servers must be entered at the parent once, before a certificate can be validated. */
export const createZone = (name: string): ZoneChoice => ({ kind: "created", name });

/** A zone that exists; nothing of it is changed but the records that are added. */
export const existingZone = ({ id, name }: HostedZone): ZoneChoice => ({ kind: "existing", id, name });

export interface DnsZoneProps {
  /** {@link createZone} or {@link existingZone}. */
  readonly zone: ZoneChoice;

  /**
   * Refuses every plan that would delete a created zone: a new one has other name servers, so that the name is unreachable
   * until its parent is changed by hand and two days of caches are over.
   *
   * @default true
   */
  readonly protect?: boolean;

  /**
   * The only authorities that may issue certificates for names of a created zone (CAA records); an empty list says nothing.
   *
   * @default ["amazon.com"], all that ACM needs
   */
  readonly authorities?: readonly string[];
}

/** A public DNS zone: created here, or one that exists. */
export class DnsZone extends Construct implements HostedZone {
  readonly id: string;
  readonly name: string;
  /** What the parent zone must delegate to. */
  readonly nameServers: string[];
  /** The zone's resource, or what was read of the one that exists. */
  readonly source: Route53Zone | DataAwsRoute53Zone;
  /** Undefined where the zone is somebody else's, or no authority is named. */
  readonly caa: Route53Record | undefined;

  constructor(scope: Construct, id: string, props: DnsZoneProps) {
    super(scope, id);
    check(this, problems(props));
    const { zone, protect = true, authorities = ["amazon.com"] } = props;

    this.name = zone.name;
    this.source = zone.kind === "created" ? this.create(zone.name, protect) : this.read(zone);
    this.id = this.source.zoneId;
    this.nameServers = this.source.nameServers;
    const restricted = zone.kind === "created" && authorities.length > 0;
    this.caa = restricted ? this.restrictAuthorities(authorities) : undefined;
  }

  private create(name: string, protect: boolean): Route53Zone {
    return new Route53Zone(this, "zone", {
      name,
      comment: this.node.path,
      forceDestroy: !protect,
      lifecycle: { preventDestroy: protect },
    });
  }

  private read({ id, name }: HostedZone): DataAwsRoute53Zone {
    const zone = new DataAwsRoute53Zone(this, "zone", { zoneId: id });
    zone.lifecycle = {
      postcondition: [
        {
          condition: `\${self.name == "${name}" && !self.private_zone}`,
          errorMessage: `Zone ${id} is not the public zone of ${name}. Give the id that belongs to the name.`,
        },
      ],
    };
    return zone;
  }

  private restrictAuthorities(authorities: readonly string[]): Route53Record {
    return new Route53Record(this, "caa", {
      zoneId: this.id,
      name: this.name,
      type: "CAA",
      ttl: 3600,
      records: authorities.map((authority) => `0 issue "${authority}"`),
    });
  }
}

/** What a user can get wrong here that a type cannot see. */
function problems({ zone, authorities = [] }: DnsZoneProps): Problem[] {
  const found: Problem[] = [];
  if (!isName(zone.name)) found.push(nameProblem("zone.name", zone.name));
  if (zone.kind === "existing" && !/^[A-Z0-9]{1,32}$/.test(zone.id)) {
    found.push({
      property: "zone.id",
      got: zone.id,
      allowed: "up to 32 capital letters and digits",
      fix: "Copy the hosted zone id from the Route 53 console, without /hostedzone/.",
    });
  }
  for (const authority of authorities.filter((candidate) => !isName(candidate))) {
    found.push(nameProblem("authorities", authority, "the domain of a certificate authority, like amazon.com"));
  }
  return found;
}
