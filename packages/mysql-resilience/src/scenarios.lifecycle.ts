import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { createResilientPool } from "./index.ts";
import { type Lab, startLab } from "./testing/lab.ts";
import { scenarios } from "./testing/scenarios.ts";

let lab: Lab;

beforeAll(async () => {
  lab = await startLab(createResilientPool, 20_000);
});
afterEach(() => lab?.tidy());
afterAll(() => lab?.remove());

describe("the pool survives", () => {
  it.each(scenarios)("$name", async ({ run }) => {
    await expect(run(lab)).resolves.toBeUndefined();
  });
});
