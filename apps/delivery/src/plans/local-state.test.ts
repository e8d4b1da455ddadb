import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { refuseLocalState } from "./local-state.ts";

let output: string;
beforeAll(() => {
  output = mkdtempSync(join(tmpdir(), "mainstay-stacks-"));
  const backends = { "shop-dev-data": { local: {} }, "shop-dev-edge": { s3: {} }, "shop-live-data": { s3: {} } };
  const stacks: Record<string, object> = {};
  for (const [name, backend] of Object.entries(backends)) {
    stacks[name] = { dependencies: [], workingDirectory: name };
    mkdirSync(join(output, name));
    writeFileSync(join(output, name, "cdk.tf.json"), JSON.stringify({ terraform: { backend } }));
  }
  writeFileSync(join(output, "manifest.json"), JSON.stringify({ stacks }));
});
afterAll(() => rmSync(output, { recursive: true }));

describe("a state on the machine that runs this", () => {
  it("is refused in GitHub, whose machine ends with the job", () => {
    const github = { GITHUB_ACTIONS: "true" };
    expect(() => refuseLocalState("shop-dev", output, github)).toThrow(
      "The states of shop-dev-data would be on this runner",
    );
    expect(() => refuseLocalState("shop-live", output, github)).not.toThrow();
  });

  it("is a person's own business", () => {
    expect(() => refuseLocalState("shop-dev", output, {})).not.toThrow();
  });
});
