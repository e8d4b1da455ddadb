import { describe, expect, it } from "@jest/globals";
import { mib } from "@mainstay/core";
import { autoscaled, fixed, type TaskSize } from "@mainstay/ecs-service";
import fc from "fast-check";
import {
  agentMemory,
  type Demand,
  demands,
  instancesFor,
  instancesToSurvive,
  roomOf,
  survivors,
  targetCapacity,
  tasksPerInstance,
  type Workload,
  type ZoneLoss,
} from "./headroom.ts";
import { type InstanceType, instanceTypes } from "./instance-types.ts";

const types = Object.keys(instanceTypes) as InstanceType[];
const type = fc.constantFrom(...types);
const task: fc.Arbitrary<TaskSize> = fc.record({
  cpu: fc.integer({ min: 128, max: 2048 }),
  memory: fc.integer({ min: 64, max: 4096 }).map(mib),
});
const demand: fc.Arbitrary<Demand> = fc.record({ task, tasks: fc.integer({ min: 0, max: 12 }) });
const someDemands = fc.array(demand, { maxLength: 4 });
const zones = fc.integer({ min: 2, max: 6 });
const small: TaskSize = { cpu: 512, memory: mib(1024) };

describe("tasksPerInstance", () => {
  it("pain 15: counts network interfaces, which most often are what runs out", () => {
    expect(tasksPerInstance("m7g.large", small)).toBe(2);
    expect(tasksPerInstance("m7g.xlarge", small)).toBe(3);
    expect(tasksPerInstance("m7g.medium", small)).toBe(1);
  });

  it("counts CPU and memory", () => {
    expect(tasksPerInstance("m7g.xlarge", { cpu: 2048, memory: mib(1024) })).toBe(2);
    expect(tasksPerInstance("c7g.large", { cpu: 128, memory: mib(2048) })).toBe(1);
  });

  it("never gives a task more than there is", () => {
    fc.assert(
      fc.property(type, task, (instance, size) => {
        const tasks = tasksPerInstance(instance, size);
        const { vcpu, memory, interfaces } = instanceTypes[instance];
        expect(tasks * size.cpu).toBeLessThanOrEqual(vcpu * 1024);
        expect(tasks * size.memory + agentMemory).toBeLessThanOrEqual(memory);
        expect(tasks).toBeLessThanOrEqual(interfaces - 1);
      }),
    );
  });

  it("leaves system and agent more than AWS's own example does: 7985 of 8192 MiB", () => {
    for (const instance of types) {
      expect(roomOf(instance).memory).toBeLessThan(instanceTypes[instance].memory * (7985 / 8192) - agentMemory);
      expect(roomOf(instance).memory).toBeGreaterThan(0);
    }
  });
});

describe("instancesFor", () => {
  it("is exact for tasks of one size", () => {
    fc.assert(
      fc.property(type, demand, (instance, { task: size, tasks }) => {
        const density = tasksPerInstance(instance, size);
        fc.pre(density > 0);
        expect(instancesFor(instance, [{ task: size, tasks }])).toBe(Math.ceil(tasks / density));
      }),
    );
  });

  it("is never less than any resource needs, nor more than a cluster per service", () => {
    fc.assert(
      fc.property(type, someDemands, (instance, all) => {
        const room = roomOf(instance);
        const needed = instancesFor(instance, all);
        const total = (of: (size: TaskSize) => number) =>
          all.reduce((sum, { task: size, tasks }) => sum + tasks * of(size), 0);
        expect(needed).toBeGreaterThanOrEqual(total(({ cpu }) => cpu) / room.cpu);
        expect(needed).toBeGreaterThanOrEqual(total(({ memory }) => memory) / room.memory);
        expect(needed).toBeGreaterThanOrEqual(total(() => 1) / room.interfaces);
        const apart = all.reduce((sum, one) => sum + instancesFor(instance, [one]), 0);
        expect(needed).toBeLessThanOrEqual(apart);
      }),
    );
  });

  it("does not depend on the order of services", () => {
    expect(
      instancesFor("m7g.xlarge", [
        { task: small, tasks: 3 },
        { task: { cpu: 4096, memory: mib(512) }, tasks: 1 },
      ]),
    ).toBe(2);
    expect(
      instancesFor("m7g.xlarge", [
        { task: { cpu: 4096, memory: mib(512) }, tasks: 1 },
        { task: small, tasks: 3 },
      ]),
    ).toBe(2);
  });

  it("is infinite for a task that fits nowhere", () => {
    const huge: TaskSize = { cpu: 999_999, memory: mib(64) };
    expect(instancesFor("m7g.large", [{ task: huge, tasks: 1 }])).toBe(Number.POSITIVE_INFINITY);
    expect(instancesFor("m7g.large", [{ task: huge, tasks: 0 }])).toBe(0);
  });
});

describe("survivors", () => {
  it("counts on the worst zone", () => {
    expect(survivors(2, 2)).toBe(1);
    expect(survivors(3, 2)).toBe(1);
    expect(survivors(4, 2)).toBe(2);
    expect(survivors(4, 3)).toBe(2);
    expect(survivors(3, 1)).toBe(0);
  });

  it("instancesToSurvive is the least number that leaves enough", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), zones, (needed, count) => {
        const instances = instancesToSurvive(needed, count);
        expect(survivors(instances, count)).toBeGreaterThanOrEqual(needed);
        expect(needed === 0 || survivors(instances - 1, count) < needed).toBe(true);
      }),
    );
    expect(instancesToSurvive(1, 1)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("targetCapacity", () => {
  const workload: fc.Arbitrary<Workload> = fc
    .record({ size: task, min: fc.integer({ min: 1, max: 8 }), more: fc.integer({ min: 1, max: 8 }) })
    .map(({ size, min, more }) => ({ task: size, capacity: autoscaled({ min, max: min + more }) }));
  const cluster = fc
    .record({
      type,
      min: fc.integer({ min: 1, max: 10 }),
      more: fc.integer({ min: 0, max: 10 }),
      zones,
      workloads: fc.array(workload, { maxLength: 3 }),
    })
    .map(({ more, ...rest }) => ({ ...rest, max: rest.min + more }));

  it("pain 15: is a number that ECS takes, whatever the cluster", () => {
    fc.assert(
      fc.property(
        cluster,
        fc.constantFrom<ZoneLoss>("keepBaseline", "keepLoad", "waitForInstances"),
        (some, onZoneLoss) => {
          const target = targetCapacity({ ...some, onZoneLoss });
          expect(Number.isInteger(target) && target >= 1 && target <= 100).toBe(true);
        },
      ),
    );
  });

  it("keepBaseline spares nothing where a whole deployment fits, and else an instance", () => {
    fc.assert(
      fc.property(cluster, (some) => {
        const target = targetCapacity({ ...some, onZoneLoss: "keepBaseline" });
        const roomy = instancesFor(some.type, demands.leastDeploying(some.workloads)) <= some.min;
        expect(target === 100).toBe(roomy);
        // Of the most instances that may be in use beside a spare one, managed scaling asks for one more.
        const needed = roomy ? some.max : some.max - 1;
        expect(Math.ceil((100 * needed) / target)).toBeGreaterThanOrEqual(needed === 0 ? 0 : some.max);
      }),
    );
  });

  it("keepLoad leaves, when a zone is lost, as many instances as were in use", () => {
    fc.assert(
      fc.property(cluster, fc.integer({ min: 1, max: 40 }), (some, inUse) => {
        const target = targetCapacity({ ...some, onZoneLoss: "keepLoad" });
        fc.pre(instancesFor(some.type, demands.most(some.workloads)) > survivors(some.min, some.zones));
        const running = Math.ceil((100 * inUse) / target);
        expect(running * (1 - 1 / some.zones)).toBeGreaterThanOrEqual(inUse - 1e-9);
      }),
    );
  });

  it("spares nothing in the clinic: two instances hold four tasks, and the baseline is two", () => {
    const workloads = [{ task: small, capacity: autoscaled({ min: 2, max: 6 }) }];
    const clinic = { type: "m7g.large", min: 2, max: 4, zones: 2, workloads } as const;
    expect(targetCapacity({ ...clinic, onZoneLoss: "keepBaseline" })).toBe(100);
    expect(targetCapacity({ ...clinic, onZoneLoss: "keepLoad" })).toBe(50);
    expect(targetCapacity({ ...clinic, zones: 3, onZoneLoss: "keepLoad" })).toBe(66);
    expect(
      targetCapacity({ ...clinic, workloads: [{ task: small, capacity: fixed(3) }], onZoneLoss: "keepBaseline" }),
    ).toBe(75);
  });
});
