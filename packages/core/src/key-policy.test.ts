import { describe, expect, it } from "@jest/globals";
import { keyPolicy } from "./index.ts";

describe("keyPolicy", () => {
  it("leaves every decision to IAM of the owning account", () => {
    expect(JSON.parse(keyPolicy({ account: "111122223333" }))).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "AccountDecidesByIam",
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::111122223333:root" },
          Action: "kms:*",
          Resource: "*",
        },
      ],
    });
  });

  it("lets CloudWatch Logs of one region encrypt this account's log groups and nothing else", () => {
    const [, logs] = JSON.parse(keyPolicy({ account: "111122223333", logsIn: "eu-west-1" })).Statement;
    expect(logs).toMatchObject({
      Principal: { Service: "logs.eu-west-1.amazonaws.com" },
      Condition: {
        ArnLike: { "kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-west-1:111122223333:log-group:*" },
      },
    });
    expect(logs.Action).not.toContain("kms:*");
  });
});
