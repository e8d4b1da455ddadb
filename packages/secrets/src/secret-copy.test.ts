import { describe, expect, it } from "@jest/globals";
import { reference, synthesize, testApp, testStack } from "@mainstay/testing";
import { TerraformOutput } from "cdktf";
import { GeneratedSecret, SecretCopy } from "./index.ts";

describe("SecretCopy", () => {
  it("is found by its name, and nothing of the secret's own region is read for it", () => {
    const app = testApp();
    const home = testStack({ life: "data" }, app);
    const away = testStack({ life: "data", region: "eu-central-1" }, app);
    const of = new GeneratedSecret(home, "session-key", { description: "signs sessions", replicas: ["eu-central-1"] });
    new TerraformOutput(away, "copy", { value: new SecretCopy(away, "session-key", { of }).reference });
    const { json } = synthesize(away);
    expect(json.data).toEqual({
      aws_secretsmanager_secret: { "session-key_secret": { name: "clinic-test-session-key" } },
    });
    expect(json.output.copy.value).toEqual({
      arn: reference("data.aws_secretsmanager_secret.session-key_secret.arn"),
      keyArn: reference("data.aws_secretsmanager_secret.session-key_secret.kms_key_id"),
    });
  });
});
