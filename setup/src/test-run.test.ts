import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { root } from "./places.mjs";
import { count, failures } from "./test-run.mjs";

describe("count", () => {
  it("adds up packages and counts a file that does not load as a failure", () => {
    const package1 = { numPassedTests: 3, numFailedTests: 1, numPendingTests: 2, numRuntimeErrorTestSuites: 0 };
    const package2 = { numPassedTests: 4, numFailedTests: 0, numPendingTests: 0, numRuntimeErrorTestSuites: 1 };
    expect(count([package1, package2])).toEqual({ passed: 7, failed: 2, skipped: 2 });
  });
});

describe("failures", () => {
  it("names each test that failed with its file, and each file that does not load", () => {
    const test = (fullName: string, status: string) => ({ fullName, status });
    const file = (name: string, status: string, ...assertionResults: ReturnType<typeof test>[]) => ({
      name: join(root, name),
      status,
      assertionResults,
    });
    const infra = {
      testResults: [
        file("apps/infra/a.lifecycle.ts", "failed", test("deploys", "passed"), test("destroys", "failed")),
        file("apps/infra/b.lifecycle.ts", "passed", test("recovers", "passed")),
      ],
    };
    expect(failures([infra, { testResults: [file("packages/efs/c.test.ts", "failed")] }])).toEqual([
      "failed: apps/infra/a.lifecycle.ts: destroys",
      "failed: packages/efs/c.test.ts: the file does not load",
    ]);
  });
});
