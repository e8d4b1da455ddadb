import { Lb } from "@cdktf/provider-aws/lib/lb/index.js";
import { LbListener } from "@cdktf/provider-aws/lib/lb-listener/index.js";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group/index.js";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js";
import { contract } from "@mainstay/contract";
import { check, nameOf, report } from "@mainstay/core";
import { allowFromInternet, emptySecurityGroup, type Network } from "@mainstay/vpc";
import { Construct } from "constructs";
import { AccessLogs } from "./access-logs.ts";
import { loadBalancerProblems, priorityClashes } from "./decisions.ts";
import { type Entrance, Route, type RouteProps } from "./route.ts";

/**
 * TLS 1.3, and TLS 1.2 with forward secrecy and authenticated encryption only.
 *
 * The strictest policy that still admits clients of 2008 to 2018: those without TLS 1.3. The unrestricted ones add ciphers without
 * either property, and TLS 1.3 alone shuts those clients out (ELB guide, security policies).
 */
const tlsPolicy = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06";

/**
 * Seconds after which a client has to connect anew. AWS default: 3600.
 *
 * WHY: a client that keeps its connection does not ask DNS again, and stays with a zone that was taken out of it.
 */
const clientKeepAlive = 300;

export interface LoadBalancerProps {
  /** Its public subnets, one per zone. A new zone is added in place. */
  readonly network: Network;

  /** The ACM certificate of the https listener, in the same region. Changing it replaces nothing. */
  readonly certificate: { readonly arn: string };

  /**
   * Refuses to be deleted, and keeps the access logs when it is. Turn it off only to take an environment down.
   *
   * @default true
   */
  readonly protect?: boolean;

  /**
   * Seconds after which an idle connection is closed, 1 to 4000 (ELB API). It must stay below the keep-alive of every application behind it.
   *
   * @default 60, the contract's
   */
  readonly idleTimeout?: number;

  /**
   * Days that access logs are kept. Costs S3 storage.
   *
   * @default 90
   */
  readonly logs?: number;
}

/**
 * A public load balancer for https in every zone. Services attach themselves by {@link route}; any other request is answered 404.
 *
 * Survives the loss of a zone: AWS takes the zone's address out of DNS, and every zone reaches the targets of all others.
 */
export class LoadBalancer extends Construct implements Entrance {
  readonly network: Network;
  readonly securityGroup: SecurityGroup;
  readonly ingress: readonly VpcSecurityGroupIngressRule[];
  readonly logs: AccessLogs;
  readonly loadBalancer: Lb;
  readonly https: LbListener;
  readonly http: LbListener;
  readonly #routes: { readonly path: string; readonly priority: number }[] = [];

  constructor(scope: Construct, id: string, props: LoadBalancerProps) {
    super(scope, id);
    const { network, certificate, protect = true, logs = 90 } = props;
    const { idleTimeout = contract.connection.loadBalancerIdle } = props;
    check(this, loadBalancerProblems({ zones: network.zones, logs, idleTimeout }));
    // WHY: routes come after the constructor, so that they are compared when everything is there.
    this.node.addValidation({ validate: () => priorityClashes(this.#routes).map(report) });

    this.network = network;
    this.securityGroup = this.createSecurityGroup();
    this.ingress = this.openToInternet();
    this.logs = new AccessLogs(this, "logs", { region: network.region, retention: logs, protect });
    this.loadBalancer = this.createLoadBalancer(protect, idleTimeout);
    this.https = this.createHttps(certificate);
    this.http = this.createHttp();
  }

  /** What CloudWatch calls the dimension `LoadBalancer`. */
  get arnSuffix(): string {
    return this.loadBalancer.arnSuffix;
  }

  /** The name that an alias record points to, with {@link zoneId}. */
  get dnsName(): string {
    return this.loadBalancer.dnsName;
  }

  /** The hosted zone of {@link dnsName}: AWS's, not the user's. */
  get zoneId(): string {
    return this.loadBalancer.zoneId;
  }

  /** Sends the requests that match to `props.server`. Everything it needs lives in `scope`, which may be in another stack. */
  route(scope: Construct, id: string, props: RouteProps): Route {
    const route = new Route(scope, id, { ...props, entrance: this });
    this.#routes.push({ path: route.node.path, priority: props.priority });
    return route;
  }

  private createSecurityGroup(): SecurityGroup {
    return emptySecurityGroup(this, this.network.vpcId, "load balancer");
  }

  private openToInternet(): VpcSecurityGroupIngressRule[] {
    return [
      allowFromInternet({ server: this, port: 443, protocol: "https" }),
      // For the redirect to https only.
      allowFromInternet({ server: this, port: 80, protocol: "http" }),
      new VpcSecurityGroupIngressRule(this, "from-internet-path-mtu", {
        securityGroupId: this.securityGroup.id,
        cidrIpv4: "0.0.0.0/0",
        // Destination unreachable: fragmentation needed. Lets a path say that it takes smaller packets only.
        ipProtocol: "icmp",
        fromPort: 3,
        toPort: 4,
        description: "Path MTU discovery",
      }),
    ];
  }

  private createLoadBalancer(protect: boolean, idleTimeout: number): Lb {
    return new Lb(this, "load-balancer", {
      name: nameOf(this, "loadBalancer"),
      loadBalancerType: "application",
      internal: false,
      ipAddressType: "ipv4",
      subnets: this.network.subnets("public").map(({ id }) => id),
      securityGroups: [this.securityGroup.id],
      enableDeletionProtection: protect,
      // WHY: the application keeps connections longer than this, else it answers 502 (pain 19).
      idleTimeout,
      clientKeepAlive,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: "defensive",
      xffHeaderProcessingMode: "append",
      enableCrossZoneLoadBalancing: true,
      enableZonalShift: true,
      accessLogs: { bucket: this.logs.bucket.bucket, enabled: true },
      // WHY: AWS writes a test file when logging is turned on, and refuses the load balancer if it may not (ELB guide).
      dependsOn: [this.logs.policy, this.logs.encryption],
    });
  }

  private createHttps(certificate: { readonly arn: string }): LbListener {
    return new LbListener(this, "https", {
      loadBalancerArn: this.loadBalancer.arn,
      port: 443,
      protocol: "HTTPS",
      sslPolicy: tlsPolicy,
      certificateArn: certificate.arn,
      defaultAction: [
        {
          type: "fixed-response",
          fixedResponse: { statusCode: "404", contentType: "text/plain", messageBody: "Not found" },
        },
      ],
    });
  }

  private createHttp(): LbListener {
    return new LbListener(this, "http", {
      loadBalancerArn: this.loadBalancer.arn,
      port: 80,
      protocol: "HTTP",
      defaultAction: [{ type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } }],
    });
  }
}
