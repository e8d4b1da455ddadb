import { expect, it } from "@jest/globals";
import { live } from "./life-cycle.ts";

it("lives and leaves nothing: a VPC and a bucket", async () => {
  const { drift, driftWhenGrown, leftovers, types } = await live("first-steps");
  expect(types).toContain("aws_vpc");
  expect(drift + driftWhenGrown).toBe("");
  expect(leftovers).toEqual([]);
}, 300_000);
