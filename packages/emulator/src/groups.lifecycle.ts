import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { type Life, live } from "./life-cycle.ts";

/** Each is a file in `fixtures`, written to exercise what the clinic architecture needs of its services. */
const groups = [
  "network",
  "load-balancer",
  "database",
  "storage",
  "security",
  "service",
  "failover",
  "replication",
  "backup",
  "replica",
  "rotation",
  "observability",
];

jest.setTimeout(40 * 60_000);
let life: Life;

describe("every group lives: apply, plan again, change, plan again, destroy", () => {
  beforeAll(async () => {
    life = await live(groups);
  });

  it.each(groups)("%s: a plan afterwards is empty, and again after it was changed", (group) => {
    const of = (changes: Life["drift"]) => changes.filter(({ address }) => address.startsWith(`module.${group}.`));
    expect({ drift: of(life.drift), grown: of(life.driftWhenGrown) }).toEqual({ drift: [], grown: [] });
  });

  it("leaves nothing", () => {
    expect(life.leftovers).toEqual([]);
    expect(life.types.length).toBeGreaterThan(80);
  });
});
