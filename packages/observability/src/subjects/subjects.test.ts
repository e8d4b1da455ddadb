import { describe, expect, it } from "@jest/globals";
import { contract } from "@mainstay/contract";
import { report, seconds } from "@mainstay/core";
import fc from "fast-check";
import { goesOff, inputOf, testService } from "../testing.ts";
import { watchFiles } from "./files.ts";
import { slowFrom, watchLoadBalancer } from "./load-balancer.ts";
import { watchMachines } from "./machines.ts";
import { cpuThreshold, type ServiceWatch, watchService } from "./service.ts";
import { watchWayOut } from "./way-out.ts";

describe("the load balancer", () => {
  const loadBalancer = { arnSuffix: "app/entrance/1" };
  const { "server-errors": errors, slow } = watchLoadBalancer(loadBalancer).alarms;

  it("is broken when more than five in a hundred answers are errors, its own or the application's", () => {
    expect(goesOff(errors, { own: 0, target: 6, requests: 100 })).toBe(true);
    expect(goesOff(errors, { own: 6, target: 0, requests: 100 })).toBe(true);
    expect(goesOff(errors, { own: 0, target: 5, requests: 100 })).toBe(false);
    expect(goesOff(errors, { own: 0, target: 60, requests: 10_000 })).toBe(false);
  });

  it("is broken when no target takes requests, which it does not count then", () => {
    expect(goesOff(errors, { own: 50, target: undefined, requests: undefined })).toBe(true);
  });

  it("is not broken by the errors of one client that tries again", () => {
    expect(goesOff(errors, { own: undefined, target: 4, requests: 4 })).toBe(false);
    expect(goesOff(errors, { own: undefined, target: 5, requests: 5 })).toBe(true);
  });

  it("is broken whatever the traffic, if all of it fails", () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 1e6 }), fc.double({ min: 0, max: 1, noNaN: true }), (requests, share) => {
        const own = Math.floor(requests * share);
        expect(goesOff(errors, { own, target: requests - own, requests })).toBe(true);
      }),
    );
  });

  it("is slow by the 95th percentile, once there are requests enough to have one", () => {
    expect(goesOff(slow, { p95: 3.1, requests: 20 })).toBe(true);
    expect(goesOff(slow, { p95: 3, requests: 20 })).toBe(false);
    expect(goesOff(slow, { p95: 20, requests: 19 })).toBe(false);
    expect(goesOff(slow, { p95: undefined, requests: undefined })).toBe(false);
    expect(inputOf(slow, "p95")).toMatchObject({ name: "TargetResponseTime", statistic: "p95" });
  });

  it("is slow long before a request is given up, in proportion to the contract", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300 }), (shorter, more) => {
        expect(slowFrom(shorter)).toBeLessThan(shorter);
        expect(slowFrom(shorter + more)).toBeGreaterThan(slowFrom(shorter));
      }),
    );
    expect(slow?.limit).toEqual({ above: contract.connection.request / 10 });
  });

  it("refuses a slowness that never comes", () => {
    const problems = (limit: number) => watchLoadBalancer(loadBalancer, { slow: seconds(limit) }).problems?.map(report);
    expect(problems(10)).toEqual([]);
    expect(problems(60)).toEqual([expect.stringMatching(/^slow is 60; allowed: more than 0 s and less than 60 s/)]);
    expect(problems(0)).toHaveLength(1);
  });
});

describe("a service", () => {
  const of = (props: Partial<ServiceWatch> = {}) =>
    watchService({ service: testService, cluster: { name: "cluster" }, capacity: { kind: "fixed" }, ...props });

  it("has high CPU only above what autoscaling aims at, and never above everything", () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 90 }), fc.nat(10), (cpu, more) => {
        const threshold = cpuThreshold({ kind: "autoscaled", cpu });
        expect(threshold).toBeGreaterThan(cpu);
        expect(threshold).toBeGreaterThanOrEqual(80);
        expect(threshold).toBeLessThan(100);
        expect(cpuThreshold({ kind: "autoscaled", cpu: cpu + more })).toBeGreaterThanOrEqual(threshold);
      }),
    );
    expect(cpuThreshold({ kind: "fixed" })).toBe(80);
    expect(of({ capacity: { kind: "autoscaled", cpu: 90 } }).alarms.cpu).toMatchObject({ limit: { above: 95 } });
  });

  it("is below what is desired by any task that is missing", () => {
    const below = of().alarms["below-desired"];
    expect(goesOff(below, { desired: 2, running: 1 })).toBe(true);
    expect(goesOff(below, { desired: 2, running: 2 })).toBe(false);
    expect(inputOf(below, "running")).toEqual({
      namespace: "ECS/ContainerInsights",
      name: "RunningTaskCount",
      dimensions: { ClusterName: "cluster", ServiceName: "api" },
      statistic: "Average",
    });
    expect(inputOf(below, "desired").name).toBe("DesiredTaskCount");
  });

  it("is gone when no task is ready, also when none is registered at all", () => {
    expect(of().alarms["no-healthy-hosts"]).toMatchObject({
      severity: "page",
      signal: {
        name: "HealthyHostCount",
        dimensions: { LoadBalancer: "app/entrance/1", TargetGroup: "targetgroup/api/1" },
        statistic: "Maximum",
      },
      limit: { below: 1 },
      missing: { treatedAs: "breaching" },
    });
  });

  it("has lost redundancy when a task is not ready most of the time, also one that flaps", () => {
    expect(of().alarms["unhealthy-hosts"]).toMatchObject({
      signal: { name: "UnHealthyHostCount", statistic: "Maximum" },
      limit: { above: 0 },
      datapoints: { needed: 10, of: 15 },
    });
  });

  it("is judged by its hungriest task", () => {
    expect(of().alarms.memory).toMatchObject({ signal: { name: "MemoryUtilization", statistic: "Maximum" } });
  });

  it("without a route has no hosts to count", () => {
    const worker = of({ service: { service: { name: "worker" } } });
    expect(Object.keys(worker.alarms)).toEqual(["below-desired", "cpu", "memory"]);
    expect(worker.graphs.map(({ title }) => title)).not.toContain("Tasks ready");
  });

  it("brings the alarms that take a deployment back, by how bad they are", () => {
    const alarm = (alarmName: string) => ({ alarmName, arn: `arn:${alarmName}` });
    const alarms = { serverErrors: alarm("errors"), unhealthyHosts: alarm("hosts") };
    expect(of({ service: { ...testService, alarms } }).adopted).toEqual([
      { severity: "page", ...alarm("errors") },
      { severity: "ticket", ...alarm("hosts") },
    ]);
    expect(of().adopted).toEqual([]);
  });
});

describe("the machines", () => {
  const of = (min: number, max: number) =>
    watchMachines({ cluster: { name: "c", autoScalingGroup: { name: "g" } }, instances: { min, max } }).alarms;

  it("are too few when any is missing", () => {
    const below = of(2, 4)["below-desired"];
    expect(goesOff(below, { desired: 3, running: 2 })).toBe(true);
    expect(goesOff(below, { desired: 3, running: 3 })).toBe(false);
    expect(inputOf(below, "running").name).toBe("GroupInServiceInstances");
  });

  it("are full when as many run as may, and not one earlier", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 }), (min, more) => {
        expect(of(min, min + more)["at-max"]?.limit).toEqual({ above: min + more - 1 });
      }),
    );
  });

  it("of always the same number are never called full", () => {
    expect(Object.keys(of(3, 3))).toEqual(["below-desired"]);
  });
});

describe("files", () => {
  it("are slow above 80 % of the bytes that a second may move", () => {
    const { throughput } = watchFiles({ fileSystem: { id: "fs-1" } }).alarms;
    const permitted = 100 * 2 ** 20;
    expect(goesOff(throughput, { moved: 60 * permitted * 0.81, permitted })).toBe(true);
    expect(goesOff(throughput, { moved: 60 * permitted * 0.8, permitted })).toBe(false);
  });
});

describe("the way out", () => {
  const { alarms } = watchWayOut({ natGateways: new Map([["eu-west-1a", { id: "nat-1" }]]) });

  it("drops too much above one packet in ten thousand, and not for single packets", () => {
    const dropped = alarms["dropped-eu-west-1a"];
    expect(goesOff(dropped, { dropped: 21, fromVpc: 1e5, fromInternet: 1e5 })).toBe(true);
    expect(goesOff(dropped, { dropped: 20, fromVpc: 1e5, fromInternet: 1e5 })).toBe(false);
    expect(goesOff(dropped, { dropped: 9, fromVpc: 100, fromInternet: 0 })).toBe(false);
    expect(goesOff(dropped, { dropped: 0, fromVpc: 0, fromInternet: 0 })).toBe(false);
  });

  it("fails when a port was wanted and none was left", () => {
    expect(alarms["port-errors-eu-west-1a"]).toMatchObject({
      signal: { name: "ErrorPortAllocation", statistic: "Sum", dimensions: { NatGatewayId: "nat-1" } },
      limit: { above: 0 },
    });
  });

  it("has alarms per zone, so that another zone changes none", () => {
    const natGateways = new Map<string, { id: string }>([
      ["eu-west-1b", { id: "nat-2" }],
      ["eu-west-1a", { id: "nat-1" }],
    ]);
    const more = watchWayOut({ natGateways });
    expect(more.alarms).toMatchObject(alarms);
    expect(Object.keys(more.alarms)).toHaveLength(4);
  });

  it("of a network without a gateway is not watched", () => {
    expect(watchWayOut({ natGateways: new Map() })).toEqual({ alarms: {}, graphs: [] });
  });
});
