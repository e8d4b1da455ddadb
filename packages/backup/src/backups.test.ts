import { BackupPlan } from "@cdktf/provider-aws/lib/backup-plan/index.js";
import { BackupSelection } from "@cdktf/provider-aws/lib/backup-selection/index.js";
import { BackupVault } from "@cdktf/provider-aws/lib/backup-vault/index.js";
import { BackupVaultLockConfiguration } from "@cdktf/provider-aws/lib/backup-vault-lock-configuration/index.js";
import { BackupVaultPolicy } from "@cdktf/provider-aws/lib/backup-vault-policy/index.js";
import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key/index.js";
import { describe, expect, it } from "@jest/globals";
import { mistakes, reference, synthesize, testStack } from "@mainstay/testing";
import { Backups, type BackupsProps, compliance, copyTo, governance } from "./index.ts";

const things = {
  database: { arn: "arn:aws:rds:eu-west-1:1:db:clinic" },
  documents: { arn: "arn:efs" },
};
const elsewhere = copyTo("eu-central-1", { keepDays: 90 });

describe("Backups", () => {
  it("makes a recovery point of everything, every night, and keeps it for five weeks", () => {
    const { rule } = synth({}).the(BackupPlan);
    expect(rule).toEqual([
      {
        rule_name: "daily",
        target_vault_name: reference("aws_backup_vault.backups_vault_vault.name"),
        schedule: "cron(0 5 * * ? *)",
        start_window: 60,
        completion_window: 720,
        lifecycle: { delete_after: 35 },
      },
    ]);
    expect(synth({ keepDays: 7 }).the(BackupPlan).rule[0].lifecycle).toEqual({
      delete_after: 7,
    });
  });

  it("selects by ARN and name: another thing moves none", () => {
    const one = synth({ things: { documents: things.documents } }).all(BackupSelection);
    const both = synth({}).all(BackupSelection);
    expect(both).toMatchObject(one);
    expect(both).toMatchObject({
      "backups_selection-database": {
        name: "database",
        resources: [things.database.arn],
        plan_id: reference("aws_backup_plan.backups_plan.id"),
        iam_role_arn: reference("aws_iam_role.backups_role_role.arn"),
        depends_on: ["aws_iam_role_policy_attachment.backups_role_policy"],
      },
      "backups_selection-documents": {
        name: "documents",
        resources: [things.documents.arn],
      },
    });
  });

  it("keeps recovery points in a vault with a key of its own, which nobody may empty", () => {
    const found = synth({});
    expect(found.the(BackupVault)).toMatchObject({
      name: "clinic-test-backups-vault",
      kms_key_arn: reference("aws_kms_key.backups_vault_key.arn"),
      force_destroy: false,
      lifecycle: { prevent_destroy: true },
    });
    expect(found.the(KmsKey)).toMatchObject({
      enable_key_rotation: true,
      lifecycle: { prevent_destroy: true },
    });
    expect(JSON.parse(found.the(BackupVaultPolicy).policy).Statement).toHaveLength(1);
    expect(found.all(BackupVaultLockConfiguration)).toEqual({});
  });

  it("deletes vaults and what is in them only where told so", () => {
    const found = synth({ protect: false, copy: elsewhere });
    for (const vault of Object.values(found.all(BackupVault))) {
      expect(vault).toMatchObject({
        force_destroy: true,
        lifecycle: { prevent_destroy: false },
      });
    }
    for (const key of Object.values(found.all(KmsKey))) expect(key.lifecycle).toEqual({ prevent_destroy: false });
  });

  it("copies to another region, under a key and a policy there, for as long as told or as the first", () => {
    const found = synth({ copy: elsewhere });
    const arn = reference("aws_backup_vault.backups_copy-eu-central-1_vault.arn");
    expect(found.the(BackupPlan).rule[0].copy_action).toEqual([
      { destination_vault_arn: arn, lifecycle: { delete_after: 90 } },
    ]);
    const there = (type: { readonly tfResourceType: string }, name: string) =>
      found.named(type, `backups_copy-eu-central-1_${name}`).provider;
    expect([there(BackupVault, "vault"), there(KmsKey, "key"), there(BackupVaultPolicy, "policy")]).toEqual(
      Array.from({ length: 3 }, () => "aws.eu-central-1"),
    );
    expect(found.named(BackupVault, "backups_copy-eu-central-1_vault").kms_key_arn).toBe(
      reference("aws_kms_key.backups_copy-eu-central-1_key.arn"),
    );
    const same = synth({ copy: copyTo("eu-central-1"), keepDays: 14 }).the(BackupPlan).rule[0].copy_action[0];
    expect(same.lifecycle).toEqual({ delete_after: 14 });
  });

  it("knows the region that it left, so that Terraform can take the old vault down", () => {
    const regions = (props: Partial<BackupsProps>) =>
      synth(props).json.provider.aws.map(({ region }: { region: string }) => region);
    expect(regions({})).toEqual(["eu-west-1"]);
    expect(regions({ formerly: ["eu-central-1"] })).toEqual(["eu-west-1", "eu-central-1"]);
  });

  it("locks both vaults, for ever only where that was chosen", () => {
    const locks = (props: Partial<BackupsProps>) => synth(props).all(BackupVaultLockConfiguration);
    const days = { min_retention_days: 7, max_retention_days: 365 };
    const governed = locks({
      copy: elsewhere,
      lock: governance({ minDays: 7, maxDays: 365 }),
    });
    expect(Object.keys(governed).toSorted()).toEqual(["backups_copy-eu-central-1_lock", "backups_vault_lock"]);
    for (const lock of Object.values(governed)) {
      expect(lock).toMatchObject(days);
      expect(lock).not.toHaveProperty("changeable_for_days");
    }
    expect(governed["backups_copy-eu-central-1_lock"]).toMatchObject({
      provider: "aws.eu-central-1",
    });
    expect(
      locks({
        lock: compliance({ minDays: 7, maxDays: 365, coolingOffDays: 14 }),
      }),
    ).toEqual({
      backups_vault_lock: expect.objectContaining({
        ...days,
        changeable_for_days: 14,
      }),
    });
  });

  it("backs up with one role and restores with another", () => {
    const found = synth({});
    const policy = (name: string) => found.named(IamRolePolicyAttachment, name);
    expect(policy("backups_role_policy")).toEqual({
      role: reference("aws_iam_role.backups_role_role.name"),
      policy_arn: "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
    });
    expect(policy("backups_restore-role_policy")).toEqual({
      role: reference("aws_iam_role.backups_restore-role_role.name"),
      policy_arn: "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores",
    });
    for (const { assume_role_policy: trust } of Object.values(found.all(IamRole))) {
      expect(JSON.parse(trust).Statement).toEqual([
        {
          Effect: "Allow",
          Principal: { Service: "backup.amazonaws.com" },
          Action: "sts:AssumeRole",
        },
      ]);
    }
  });

  it("tells people of jobs that came to nothing, and nobody unless told whom", () => {
    const found = synth({ notify: { arn: "arn:topic" } });
    expect(JSON.parse(found.the(CloudwatchEventRule).event_pattern).detail.resourceArn).toEqual([
      things.database.arn,
      things.documents.arn,
    ]);
    expect(found.the(CloudwatchEventTarget)).toMatchObject({
      rule: reference("aws_cloudwatch_event_rule.backups_failures.name"),
      arn: "arn:topic",
    });
    expect(synth({}).addresses.filter((address) => address.includes("event"))).toEqual([]);
  });

  it("reports every mistake at once, with the fix", () => {
    const text = mistakes(
      stack({
        things: { "Data base": things.database },
        keepDays: 3,
        copy: copyTo("eu-west-1", { keepDays: 400 }),
        lock: compliance({ minDays: 7, maxDays: 365, coolingOffDays: 1 }),
        protect: false,
      }),
    );
    for (const part of [
      /things is "Data base"/,
      /keepDays is 3; allowed: 7 to 365 days, as the lock says/,
      /copy\.keepDays is 400/,
      /copy\.region is "eu-west-1"; allowed: another region/,
      /lock\.coolingOffDays is 1/,
      /unlocked or governance, where protect is false/,
    ]) {
      expect(text).toMatch(part);
    }
    expect(mistakes(stack({ things: {} }))).toMatch(/one thing or more/);
  });

  it("pain 27: construct renames destroy resources: addresses are API", () => {
    const all = {
      copy: elsewhere,
      lock: governance({ minDays: 7, maxDays: 365 }),
      notify: { arn: "arn:topic" },
    };
    expect(synth(all).addresses).toMatchInlineSnapshot(`
      [
        "aws_backup_plan.backups_plan",
        "aws_backup_selection.backups_selection-database",
        "aws_backup_selection.backups_selection-documents",
        "aws_backup_vault.backups_copy-eu-central-1_vault",
        "aws_backup_vault.backups_vault_vault",
        "aws_backup_vault_lock_configuration.backups_copy-eu-central-1_lock",
        "aws_backup_vault_lock_configuration.backups_vault_lock",
        "aws_backup_vault_policy.backups_copy-eu-central-1_policy",
        "aws_backup_vault_policy.backups_vault_policy",
        "aws_cloudwatch_event_rule.backups_failures",
        "aws_cloudwatch_event_target.backups_news",
        "aws_iam_role.backups_restore-role_role",
        "aws_iam_role.backups_role_role",
        "aws_iam_role_policy_attachment.backups_restore-role_policy",
        "aws_iam_role_policy_attachment.backups_role_policy",
        "aws_kms_key.backups_copy-eu-central-1_key",
        "aws_kms_key.backups_vault_key",
      ]
    `);
  });
});

function stack(props: Partial<BackupsProps>) {
  const owner = testStack({ life: "backup" });
  new Backups(owner, "backups", { things, ...props });
  return owner;
}

function synth(props: Partial<BackupsProps>) {
  return synthesize(stack(props));
}
