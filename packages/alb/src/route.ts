import { LbListenerRule } from "@cdktf/provider-aws/lib/lb-listener-rule/index.js";
import { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group/index.js";
import { contract } from "@mainstay/contract";
import { check, nameOf } from "@mainstay/core";
import { type Access, allow, type Endpoint, type Network } from "@mainstay/vpc";
import { Construct } from "constructs";
import { type Replacing, routeProblems, type Served, targetGroupName } from "./decisions.ts";

export interface RouteProps {
  /** Who serves the requests; its security group is opened to the load balancer. */
  readonly server: Endpoint;

  /**
   * 1 to 50000, one per route of a load balancer; of all that match, the lowest takes the request.
   *
   * Required, because a number that was counted would move with its neighbours.
   */
  readonly priority: number;

  /**
   * Host names, with `*` and `?`.
   *
   * @default any
   */
  readonly hosts?: readonly string[];

  /**
   * Paths, with `*` and `?`.
   *
   * @default ["/*"]
   */
  readonly paths?: readonly string[];

  /**
   * What the server promises: port, readiness check, draining, slow start. Another port replaces the target group, without a gap.
   *
   * @default the contract of the API
   */
  readonly contract?: Served;
}

/** What a route needs of its load balancer. */
export interface Entrance extends Endpoint {
  readonly network: Network;
  readonly https: { readonly arn: string };
  readonly arnSuffix: string;
}

/**
 * The way from a load balancer to one service: target group, listener rule and both security group rules.
 *
 * It lives in the service's stack, so that services come and go without a change to the load balancer's. A service that depends on
 * `rule` depends on the whole way (pain 12): it starts after it and stops before it.
 */
export class Route extends Construct {
  /** Where requests come from, as CloudWatch names it. */
  readonly loadBalancer: { readonly arnSuffix: string };
  readonly targetGroup: LbTargetGroup;
  readonly access: Access;
  readonly rule: LbListenerRule;
  /** What `ALBRequestCountPerTarget` scaling calls `resource_label`. */
  readonly requestCountLabel: string;

  constructor(scope: Construct, id: string, props: RouteProps & { readonly entrance: Entrance }) {
    super(scope, id);
    const { entrance, server, priority, hosts = [], paths = ["/*"], contract: served = contract } = props;
    check(this, routeProblems({ priority, hosts, paths }, served));

    this.loadBalancer = { arnSuffix: entrance.arnSuffix };
    this.targetGroup = this.createTargetGroup(entrance.network, served);
    this.access = allow({ client: entrance, server, port: served.port, protocol: "http", scope: this });
    this.rule = this.createRule(entrance, priority, hosts, paths);
    this.requestCountLabel = `${entrance.arnSuffix}/${this.targetGroup.arnSuffix}`;
  }

  private createTargetGroup(network: Network, { port, health, shutdown, slowStart }: Served): LbTargetGroup {
    const { vpcCidr, ...fields }: Replacing = {
      port,
      protocol: "HTTP",
      protocolVersion: "HTTP1",
      targetType: "ip",
      ipAddressType: "ipv4",
      vpcCidr: network.cidr,
    };
    return new LbTargetGroup(this, "target-group", {
      ...fields,
      name: targetGroupName(nameOf(this, "tag"), { vpcCidr, ...fields }),
      vpcId: network.vpcId,
      deregistrationDelay: String(shutdown.deregistration),
      slowStart,
      // WHY: the other algorithms refuse slow start (ELB guide, target group attributes).
      loadBalancingAlgorithmType: "round_robin",
      healthCheck: {
        path: health.readyPath,
        protocol: "HTTP",
        port: "traffic-port",
        matcher: "200",
        interval: health.interval,
        timeout: health.timeout,
        healthyThreshold: health.healthyThreshold,
        unhealthyThreshold: health.unhealthyThreshold,
      },
      // WHY: the rule must point to the new one before the old one can go (terraform-provider-aws#16889).
      lifecycle: { createBeforeDestroy: true },
    });
  }

  private createRule(
    { https }: Entrance,
    priority: number,
    hosts: readonly string[],
    paths: readonly string[],
  ): LbListenerRule {
    return new LbListenerRule(this, "rule", {
      listenerArn: https.arn,
      priority,
      action: [{ type: "forward", targetGroupArn: this.targetGroup.arn }],
      condition: [
        ...(hosts.length > 0 ? [{ hostHeader: { values: [...hosts] } }] : []),
        ...(paths.length > 0 ? [{ pathPattern: { values: [...paths] } }] : []),
      ],
      tags: { Name: nameOf(this, "tag") },
      // WHY: who waits for the rule can be reached, and stays so until the rule is gone (terraform-provider-aws#3414).
      dependsOn: [this.access.egress, this.access.ingress],
    });
  }
}
