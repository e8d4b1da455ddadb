import { describe, expect, it } from "@jest/globals";
import { Testing } from "cdktf";
import { Construct } from "constructs";
import { EnvironmentStack, encryptionKey, localState } from "./index.ts";

describe("encryptionKey", () => {
  it("rotates, can be brought back for 30 days, and says what it encrypts", () => {
    expect(keyOf({})).toMatchObject({
      description: "clinic-dev-documents: files at rest",
      enable_key_rotation: true,
      deletion_window_in_days: 30,
      lifecycle: { prevent_destroy: false },
    });
  });

  it("is protected where what it encrypts is", () => {
    expect(keyOf({ protect: true }).lifecycle).toEqual({ prevent_destroy: true });
  });

  it("lets CloudWatch Logs in only where that was said", () => {
    expect(keyOf({}).policy).not.toContain("logs.");
    expect(keyOf({ logsIn: "eu-west-1" }).policy).toContain("logs.eu-west-1.amazonaws.com");
  });
});

function keyOf(props: Partial<Parameters<typeof encryptionKey>[2]>) {
  const stack = new EnvironmentStack(Testing.app({ outdir: ".results/app" }), {
    blueprint: "clinic",
    name: "dev",
    region: "eu-west-1",
    life: "data",
    state: localState,
    cost: { owner: "team", costCenter: "1" },
  });
  const documents = new Construct(stack, "documents");
  encryptionKey(documents, "key", { account: "123456789012", encrypts: "files at rest", ...props });
  return JSON.parse(Testing.synth(stack)).resource.aws_kms_key.documents_key;
}
