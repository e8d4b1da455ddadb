import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { type Lab, startLab } from "./testing/lab.ts";
import { createNaivePool } from "./testing/naive.ts";
import { scenarios } from "./testing/scenarios.ts";

let lab: Lab;

beforeAll(async () => {
  lab = await startLab(createNaivePool, 2_000);
});
afterEach(() => lab?.tidy());
afterAll(() => lab?.remove());

/** Shows that the scenarios can fail: mysql2's pool as it is usually used does not survive a single one. */
describe("a naive pool does not survive", () => {
  it.each(scenarios)("$name", async ({ run, naively }) => {
    const failure = await run(lab).then(
      () => "none",
      (error: unknown) => String(error),
    );
    expect(failure).toMatch(naively);
  });
});
