import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { accessPointProblems, archiveDays, fileSystemPolicy, lifecycleState } from "./decisions.ts";

describe("the file system's policy", () => {
  const arn = "arn:aws:elasticfilesystem:eu-west-1:111122223333:file-system/fs-1";
  const { Statement: statements } = fileSystemPolicy(arn);

  it("refuses plain text, mounts past an access point, and access past the network", () => {
    expect(statements.map(({ Condition }) => Condition)).toEqual([
      { Bool: { "aws:SecureTransport": "false" } },
      { Null: { "elasticfilesystem:AccessPointArn": "true" } },
      { Bool: { "elasticfilesystem:AccessedViaMountTarget": "false" } },
    ]);
  });

  it("grants nothing: who may mount is said by the role of each consumer", () => {
    expect(statements.map(({ Effect }) => Effect)).toEqual(["Deny", "Deny", "Deny"]);
    expect(statements.map(({ Resource }) => Resource)).toEqual([arn, arn, arn]);
  });

  it("touches clients only, so that backups and administrators are not locked out", () => {
    for (const { Action: actions } of statements) {
      expect(actions).toEqual([
        "elasticfilesystem:ClientMount",
        "elasticfilesystem:ClientWrite",
        "elasticfilesystem:ClientRootAccess",
      ]);
    }
  });
});

describe("an access point", () => {
  const name = fc.stringMatching(/^[a-z0-9._-]{1,20}$/);
  const owner = fc.integer({ min: 1, max: 2 ** 32 - 1 });

  it("takes one to four directories and any user but root", () => {
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), owner, (names, user) => {
        expect(accessPointProblems("api", { directory: `/${names.join("/")}`, owner: user })).toEqual([]);
      }),
    );
  });

  it("refuses the root, more than four directories, and names that EFS does not take", () => {
    fc.assert(
      fc.property(fc.array(name, { minLength: 5, maxLength: 9 }), owner, (names, user) => {
        expect(accessPointProblems("api", { directory: `/${names.join("/")}`, owner: user })).toHaveLength(1);
      }),
    );
    for (const directory of ["" as "/", "/", "//", "/a/", "/a b", "/a$b", `/${"x".repeat(100)}`] as const) {
      expect(accessPointProblems("api", { directory, owner: 1 })).toEqual([
        expect.objectContaining({ property: "api.directory", got: directory }),
      ]);
    }
  });

  it("refuses root and what is no user", () => {
    for (const user of [0, -1, 1.5, 2 ** 32]) {
      expect(accessPointProblems("api", { directory: "/api", owner: user })).toHaveLength(1);
    }
  });
});

it("days are written as the API wants them", () => {
  expect(archiveDays.map(lifecycleState)).toEqual([
    "AFTER_1_DAY",
    "AFTER_7_DAYS",
    "AFTER_14_DAYS",
    "AFTER_30_DAYS",
    "AFTER_60_DAYS",
    "AFTER_90_DAYS",
    "AFTER_180_DAYS",
    "AFTER_270_DAYS",
    "AFTER_365_DAYS",
  ]);
});
