import { createHash } from "node:crypto";
import { fitName, type Problem } from "@mainstay/core";

/** The fields of a target group that AWS cannot change: a new value is a new target group (provider docs, aws_lb_target_group). */
export interface Replacing {
  readonly port: number;
  readonly protocol: string;
  readonly protocolVersion: string;
  readonly targetType: string;
  readonly ipAddressType: string;
  /** What the VPC cannot change, standing for its id: that is known only after it was created. */
  readonly vpcCidr: string;
}

const hashLength = 6;

/**
 * A name for a target group that is another one exactly when the target group has to be.
 *
 * With it the new target group can be created while the old one still serves: AWS refuses two of one name, and refuses to delete
 * one in use (pain 13).
 */
export function targetGroupName(owner: string, fields: Replacing): string {
  const { port, protocol, protocolVersion, targetType, ipAddressType, vpcCidr } = fields;
  const identity = JSON.stringify([owner, port, protocol, protocolVersion, targetType, ipAddressType, vpcCidr]);
  const hash = createHash("sha256").update(identity).digest("hex").slice(0, hashLength);
  return fitName("targetGroup", [owner, hash]);
}

/** What a load balancer has to know of the service behind it: a part of the contract. Durations in seconds. */
export interface Served {
  readonly port: number;
  readonly health: {
    readonly readyPath: string;
    readonly interval: number;
    readonly timeout: number;
    readonly healthyThreshold: number;
    readonly unhealthyThreshold: number;
  };
  readonly shutdown: { readonly deregistration: number };
  readonly slowStart: number;
}

/** Which requests a rule takes. */
export interface Matching {
  readonly priority: number;
  readonly hosts: readonly string[];
  readonly paths: readonly string[];
}

/** Quota "condition values per rule": hosts and paths together (ELB guide, quotas). */
const maxValues = 5;
/** Characters of a host or path (ELB guide, rule condition types). */
const maxPattern = 128;

/** What can be wrong with a route that a type cannot see. */
export function routeProblems({ priority, hosts, paths }: Matching, served: Served): Problem[] {
  return [
    ...priorityProblems(priority),
    ...countProblems([...hosts, ...paths]),
    ...patternProblems("hosts", hosts, /^[A-Za-z0-9.*?-]+$/, "host names with * and ?, like *.example.com"),
    ...patternProblems("paths", paths, /^[/*]\S*$/, "paths that begin with / or *, like /api/*"),
    ...servedProblems(served),
  ];
}

function priorityProblems(priority: number): Problem[] {
  if (Number.isInteger(priority) && priority >= 1 && priority <= 50_000) return [];
  return [
    {
      property: "priority",
      got: priority,
      allowed: "a whole number from 1 to 50000 (ELB API)",
      fix: "Choose a number; the lowest that matches takes the request.",
    },
  ];
}

function countProblems(values: readonly string[]): Problem[] {
  if (values.length >= 1 && values.length <= maxValues) return [];
  return [
    {
      property: "hosts and paths",
      got: values,
      allowed: `1 to ${maxValues} of both together (ELB quota)`,
      fix: "Use a wildcard, or a second route.",
    },
  ];
}

function patternProblems(property: string, patterns: readonly string[], form: RegExp, allowed: string): Problem[] {
  return patterns
    .map((pattern, index) => ({ pattern, index }))
    .filter(({ pattern }) => !form.test(pattern) || pattern.length > maxPattern)
    .map(({ pattern, index }) => ({
      property: `${property}[${index}]`,
      got: pattern,
      allowed: `${allowed}, at most ${maxPattern} characters`,
      fix: "Correct the pattern.",
    }));
}

/** Values that the ELB API takes for target groups (CreateTargetGroup, TargetGroupAttribute). */
function servedProblems({ port, health, shutdown, slowStart }: Served): Problem[] {
  const ranges: readonly [property: string, got: number, min: number, max: number][] = [
    ["contract.port", port, 1, 65_535],
    ["contract.health.interval", health.interval, 5, 300],
    ["contract.health.timeout", health.timeout, 2, Math.min(120, health.interval - 1)],
    ["contract.health.healthyThreshold", health.healthyThreshold, 2, 10],
    ["contract.health.unhealthyThreshold", health.unhealthyThreshold, 2, 10],
    ["contract.shutdown.deregistration", shutdown.deregistration, 0, 3_600],
    // Zero turns it off.
    ["contract.slowStart", slowStart, slowStart === 0 ? 0 : 30, 900],
  ];
  return ranges
    .filter(([, got, min, max]) => !(Number.isInteger(got) && got >= min && got <= max))
    .map(([property, got, min, max]) => ({
      property,
      got,
      allowed: `a whole number from ${min} to ${max}`,
      fix: "Change it in the contract, so that the application learns of it too.",
    }));
}

/** What can be wrong with a load balancer that a type cannot see. */
export function loadBalancerProblems({
  zones,
  logs,
  idleTimeout,
}: {
  readonly zones: readonly string[];
  readonly logs: number;
  readonly idleTimeout: number;
}): Problem[] {
  const found: Problem[] = [];
  if (zones.length < 2) {
    found.push({
      property: "network.zones",
      got: zones,
      allowed: "two zones or more",
      fix: "Add a zone: AWS creates no application load balancer in a single one.",
    });
  }
  if (!Number.isInteger(logs) || logs < 1) {
    found.push({
      property: "logs",
      got: logs,
      allowed: "whole days, 1 or more",
      fix: "Give the days to keep access logs.",
    });
  }
  if (!Number.isInteger(idleTimeout) || idleTimeout < 1 || idleTimeout > 4_000) {
    found.push({
      property: "idleTimeout",
      got: idleTimeout,
      allowed: "whole seconds, 1 to 4000 (ELB API)",
      fix: "Choose a value in the range, below the application's keep-alive.",
    });
  }
  return found;
}

/** Two rules of one listener cannot share a priority: AWS refuses the second when it is deployed. */
export function priorityClashes(routes: readonly { readonly path: string; readonly priority: number }[]): Problem[] {
  return [...Map.groupBy(routes, ({ priority }) => priority)].flatMap(([priority, same]) =>
    same.length < 2
      ? []
      : [
          {
            property: "priority",
            got: priority,
            allowed: "another number for each route of a load balancer",
            fix: `Change one of ${same.map(({ path }) => path).join(", ")}.`,
          },
        ],
  );
}
