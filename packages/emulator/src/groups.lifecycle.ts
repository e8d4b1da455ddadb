import { describe, expect, it } from "@jest/globals";
import { live } from "./life-cycle.ts";

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

describe("every group lives: apply, plan again, change, plan again, destroy", () => {
  it.concurrent.each(groups)(
    "%s",
    async (group) => {
      const { drift, driftWhenGrown, leftovers } = await live(group);
      expect({ drift, driftWhenGrown, leftovers }).toEqual({ drift: "", driftWhenGrown: "", leftovers: [] });
    },
    2_400_000,
  );
});
