import { describe, expect, it } from "@jest/globals";
import { keyPolicy, publishers } from "./index.ts";

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

  it("lets a publisher make and read data keys, and do nothing else", () => {
    for (const publisher of publishers) {
      const [, statement] = statementsFor(publisher);
      expect(statement).toMatchObject({
        Effect: "Allow",
        Principal: { Service: `${publisher}.amazonaws.com` },
        Action: ["kms:GenerateDataKey*", "kms:Decrypt"],
      });
    }
  });

  it("holds a publisher to this account where it says for whom it acts, and only there: elsewhere it would be locked out", () => {
    const held = publishers.filter((publisher) => "Condition" in (statementsFor(publisher)[1] ?? {}));
    expect(held).toEqual(["cloudwatch", "budgets"]);
    expect(statementsFor("cloudwatch")[1]).toMatchObject({
      Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
    });
  });

  it("says each thing once, side by side with what else was said", () => {
    const policy = keyPolicy({ account: "111122223333", logsIn: "eu-west-1", publishers });
    const sids = JSON.parse(policy).Statement.map(({ Sid: sid }: { Sid: string }) => sid);
    expect(sids).toEqual([...new Set(sids)]);
    expect(sids).toHaveLength(2 + publishers.length);
    // IAM takes letters and digits only.
    expect(sids.filter((sid: string) => !/^[A-Za-z0-9]+$/.test(sid))).toEqual([]);
  });
});

function statementsFor(publisher: (typeof publishers)[number]): object[] {
  return JSON.parse(keyPolicy({ account: "111122223333", publishers: [publisher] })).Statement;
}
