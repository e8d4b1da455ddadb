import { describe, expect, it } from "@jest/globals";
import { count } from "./test-run.mjs";

describe("count", () => {
  it("adds up packages and counts a file that does not load as a failure", () => {
    const package1 = { numPassedTests: 3, numFailedTests: 1, numPendingTests: 2, numRuntimeErrorTestSuites: 0 };
    const package2 = { numPassedTests: 4, numFailedTests: 0, numPendingTests: 0, numRuntimeErrorTestSuites: 1 };
    expect(count([package1, package2])).toEqual({ passed: 7, failed: 2, skipped: 2 });
  });
});
