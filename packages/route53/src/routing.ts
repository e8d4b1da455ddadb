import type { Region } from "@mainstay/core";

/** What Route 53 asks before it answers with a record: `HealthCheck`, `CalculatedHealthCheck` and `PrimaryHealth` are some. */
export interface HealthReference {
  readonly id: string;
}

/** How Route 53 chooses an answer. Changing it updates the records in place, in one transaction: there is no moment without an answer. */
export type Routing =
  | { readonly kind: "simple" }
  | {
      readonly kind: "failover";
      readonly role: "primary";
      readonly region: Region;
      readonly healthCheck: HealthReference;
    }
  | {
      readonly kind: "failover";
      readonly role: "secondary";
      readonly region: Region;
      readonly healthCheck?: HealthReference;
    };

/** One target, whatever its state: there is no other. */
export const simple: Routing = { kind: "simple" };

/** Which of the two regions a record stands for. */
export type FailoverRole =
  | {
      readonly role: "primary";
      readonly region: Region;
      /** Without one the primary would never be left. */
      readonly healthCheck: HealthReference;
    }
  | {
      readonly role: "secondary";
      readonly region: Region;
      /**
       * Where both regions are unhealthy Route 53 answers with the primary.
       *
       * @default none: the secondary counts as healthy
       */
      readonly healthCheck?: HealthReference;
    };

/**
 * The primary's address while its health check is healthy, else the secondary's.
 *
 * Takes what the health check takes to notice, and 60 s until caches have forgotten a load balancer's address.
 */
export const failover = (role: FailoverRole): Routing => ({ kind: "failover", ...role });

/** What `aws_route53_record` is told of its routing; the alias is told {@link followsTarget}. */
export function routingArguments(routing: Routing) {
  if (routing.kind === "simple") return {};
  const { role, region, healthCheck } = routing;
  return {
    setIdentifier: region,
    failoverRoutingPolicy: { type: role === "primary" ? "PRIMARY" : "SECONDARY" },
    ...(healthCheck !== undefined && { healthCheckId: healthCheck.id }),
  };
}

/**
 * Whether the alias follows the health of its target by itself.
 *
 * WHY not with failover: while an RDS Multi-AZ instance fails over, for 60 to 120 s (RDS guide), every target is unready, and Route 53
 * would leave the region at once. The health check has the patience for it; target health has none.
 */
export function followsTarget({ kind }: Routing): boolean {
  return kind === "simple";
}
