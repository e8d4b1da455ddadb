import { describe, expect, it } from "@jest/globals";
import { contract } from "@mainstay/contract";
import fc from "fast-check";
import {
  loadBalancerProblems,
  priorityClashes,
  type Replacing,
  routeProblems,
  type Served,
  targetGroupName,
} from "./decisions.ts";

const owner = fc.stringMatching(/^[a-z][a-z0-9]{0,20}(-[a-z0-9]{1,20}){0,4}$/);
const replacing: fc.Arbitrary<Replacing> = fc.record({
  port: fc.integer({ min: 1, max: 65_535 }),
  protocol: fc.constantFrom("HTTP", "HTTPS"),
  protocolVersion: fc.constantFrom("HTTP1", "HTTP2", "GRPC"),
  targetType: fc.constantFrom("ip", "instance"),
  ipAddressType: fc.constantFrom("ipv4", "ipv6"),
  vpcCidr: fc.constantFrom("10.0.0.0/16", "10.1.0.0/16"),
});

describe("targetGroupName", () => {
  it("pain 13: target group in use on replace: the name changes exactly when a replacing field or the owner does", () => {
    fc.assert(
      fc.property(owner, replacing, owner, replacing, (ownerA, a, ownerB, b) => {
        const identical = ownerA === ownerB && JSON.stringify(a) === JSON.stringify(b);
        expect(targetGroupName(ownerA, a) === targetGroupName(ownerB, b)).toBe(identical);
      }),
    );
  });

  it("pain 13: target group in use on replace: each replacing field alone makes another name", () => {
    fc.assert(
      fc.property(owner, replacing, replacing, fc.constantFrom<keyof Replacing>(...fields), (name, a, b, field) => {
        fc.pre(a[field] !== b[field]);
        expect(targetGroupName(name, { ...a, [field]: b[field] })).not.toBe(targetGroupName(name, a));
      }),
    );
  });

  it("is a name that AWS accepts: at most 32 letters, digits and dashes, none at an end", () => {
    fc.assert(
      fc.property(owner, replacing, (name, some) => {
        expect(targetGroupName(name, some)).toMatch(/^(?!-)[a-z0-9-]{1,32}(?<!-)$/);
      }),
    );
  });
});

const fields = ["port", "protocol", "protocolVersion", "targetType", "ipAddressType", "vpcCidr"] as const;

describe("routeProblems", () => {
  const matching = { priority: 10, hosts: [], paths: ["/*"] };

  it("accepts the API's contract, hosts, paths and priorities of AWS's range", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50_000 }), (priority) => {
        expect(routeProblems({ ...matching, priority }, contract)).toEqual([]);
      }),
    );
    expect(routeProblems({ priority: 1, hosts: ["*.example.com"], paths: ["/api/*", "*.png"] }, contract)).toEqual([]);
  });

  it.each([0, -1, 50_001, 1.5, Number.NaN])("refuses priority %s", (priority) => {
    expect(routeProblems({ ...matching, priority }, contract)).toEqual([
      expect.objectContaining({ property: "priority", got: priority }),
    ]);
  });

  it("refuses a rule that matches nothing, one with too many values, and patterns of the wrong form", () => {
    const properties = (hosts: string[], paths: string[]) =>
      routeProblems({ priority: 1, hosts, paths }, contract).map(({ property }) => property);
    expect(properties([], [])).toEqual(["hosts and paths"]);
    expect(properties(["a.example", "b.example", "c.example"], ["/a", "/b", "/c"])).toEqual(["hosts and paths"]);
    expect(properties(["https://a.example"], ["api", `/${"a".repeat(128)}`])).toEqual([
      "hosts[0]",
      "paths[0]",
      "paths[1]",
    ]);
  });

  it.each<[string, Served]>([
    ["contract.port", { ...contract, port: 0 }],
    ["contract.health.interval", { ...contract, health: { ...contract.health, interval: 4, timeout: 3 } }],
    ["contract.health.timeout", { ...contract, health: { ...contract.health, interval: 5, timeout: 5 } }],
    ["contract.health.healthyThreshold", { ...contract, health: { ...contract.health, healthyThreshold: 1 } }],
    ["contract.health.unhealthyThreshold", { ...contract, health: { ...contract.health, unhealthyThreshold: 11 } }],
    ["contract.shutdown.deregistration", { ...contract, shutdown: { deregistration: 3_601 } }],
    ["contract.slowStart", { ...contract, slowStart: 29 }],
  ])("refuses a contract that AWS cannot keep: %s", (property, served) => {
    expect(routeProblems(matching, served).map((problem) => problem.property)).toEqual([property]);
  });

  it("accepts no slow start at all", () => {
    expect(routeProblems(matching, { ...contract, slowStart: 0 })).toEqual([]);
  });
});

describe("loadBalancerProblems", () => {
  it("wants two zones, and whole days for the logs", () => {
    expect(loadBalancerProblems({ zones: ["eu-west-1a", "eu-west-1b"], logs: 90, idleTimeout: 60 })).toEqual([]);
    expect(
      loadBalancerProblems({ zones: ["eu-west-1a"], logs: 0, idleTimeout: 0 }).map(({ property }) => property),
    ).toEqual(["network.zones", "logs", "idleTimeout"]);
  });
});

describe("priorityClashes", () => {
  it("names every route of a priority that is taken twice", () => {
    const routes = [
      { path: "service/api/route", priority: 10 },
      { path: "service/web/route", priority: 20 },
      { path: "service/admin/route", priority: 10 },
    ];
    expect(priorityClashes(routes.slice(0, 2))).toEqual([]);
    expect(priorityClashes(routes)).toEqual([
      expect.objectContaining({ got: 10, fix: "Change one of service/api/route, service/admin/route." }),
    ]);
  });
});
