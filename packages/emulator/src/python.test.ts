import { expect, it } from "@jest/globals";
import { pythonEnvironment, pythonPath } from "./python.ts";

it("says how to get a Python that is missing", () => {
  expect(() => pythonPath({}, "/nowhere")).toThrow(/none at \/nowhere\/.mainstay.*npm start/);
});

it("prefers the interpreter that the caller names", () => {
  expect(pythonPath({ MAINSTAY_PYTHON: process.execPath }, "/nowhere")).toBe(process.execPath);
});

it("gives the emulators nothing of the caller's AWS account", () => {
  const environment = pythonEnvironment({ AWS_PROFILE: "production", MOTO_PORT: "5000", HOME: "/home/me" });
  expect(environment).not.toHaveProperty("AWS_PROFILE");
  expect(environment).not.toHaveProperty("MOTO_PORT");
  expect(environment).toMatchObject({ HOME: "/home/me", MOTO_ACM_VALIDATION_WAIT: "0" });
});
