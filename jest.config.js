import { mkdirSync } from "node:fs";

// WHY: jest writes its results for the summary of `npm test` there, and does not create the directory.
mkdirSync(".results", { recursive: true });

/** @type {import("jest").Config} */
export default {
  testMatch: ["<rootDir>/src/**/*.test.ts"],
  transform: { "\\.ts$": ["@swc/jest", { jsc: { target: "es2024", parser: { syntax: "typescript" } } }] },
  // WHY: on two cores jest would take one. Where turbo runs the unit tests of two packages at once, each worker more only loads the bindings again.
  maxWorkers: process.env.TURBO_HASH !== undefined && process.env.npm_lifecycle_event === "test" ? 1 : 2,
  // WHY: a busy machine is slower than the default of 5 s allows; no test is about speed.
  testTimeout: 30_000,
  extensionsToTreatAsEsm: [".ts"],
};
