import { EfsFileSystem } from "@cdktf/provider-aws/lib/efs-file-system/index.js";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic/index.js";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { awsCli, Deployment, startTemporaryAws, type TemporaryAws } from "@mainstay/emulator";
import { testStack } from "@mainstay/testing";
import { Testing } from "cdktf";
import { Backups, type BackupsProps, copyTo, governance, noCopy } from "./index.ts";

let aws: TemporaryAws;

beforeAll(async () => {
  aws = await startTemporaryAws();
});

afterAll(async () => {
  await aws.stop();
});

it("backups are deployed with their copy, changed in place, moved out of the other region, and leave nothing", async () => {
  const deployment = new Deployment(aws, aws.directory);
  const copied = { copy: copyTo("eu-central-1", { keepDays: 90 }), lock: governance({ minDays: 7, maxDays: 365 }) };
  await deployment.change(backups(copied));
  expect(await deployment.plan(backups(copied))).toEqual([]);
  expect(await recoveryPoints("eu-west-1", "clinic-test-backups-vault")).toEqual([]);
  expect(await recoveryPoints("eu-central-1", "clinic-test-backups-copy-eu-central-1")).toEqual([]);
  await expect(recoveryPoints("eu-west-1", "another")).rejects.toThrow(/ResourceNotFound|not exist|Vault/);

  const changed = { ...copied, keepDays: 14, lock: governance({ minDays: 7, maxDays: 400 }) };
  expect(await deployment.change(backups(changed, ["documents", "images"]))).toEqual([
    { address: "aws_backup_plan.backups_plan", action: "update" },
    { address: "aws_backup_selection.backups_selection-images", action: "create" },
    { address: "aws_backup_vault_lock_configuration.backups_copy-eu-central-1_lock", action: "replace" },
    { address: "aws_backup_vault_lock_configuration.backups_vault_lock", action: "replace" },
    { address: "aws_cloudwatch_event_rule.backups_failures", action: "update" },
    { address: "aws_efs_file_system.images", action: "create" },
  ]);
  expect(await deployment.plan(backups(changed, ["documents", "images"]))).toEqual([]);

  const without = { ...changed, copy: noCopy };
  await expect(deployment.plan(backups(without, ["documents", "images"]))).rejects.toThrow(/Provider configuration/);
  const leaving = { ...without, formerly: ["eu-central-1"] } as const;
  const left = await deployment.change(backups(leaving, ["documents", "images"]));
  expect(left.filter(({ action }) => action !== "delete")).toEqual([
    { address: "aws_backup_plan.backups_plan", action: "update" },
  ]);
  expect(await deployment.plan(backups(without, ["documents", "images"]))).toEqual([]);

  await deployment.destroy();
  expect((await aws.leftovers()).leftovers).toEqual([]);
}, 2_400_000);

function backups(props: Partial<BackupsProps>, names: readonly string[] = ["documents"]): string {
  const stack = testStack({ life: "backup" });
  const things = Object.fromEntries(names.map((name) => [name, new EfsFileSystem(stack, name, { encrypted: true })]));
  const notify = new SnsTopic(stack, "news", {});
  new Backups(stack, "backups", { things, notify, protect: false, ...props });
  return Testing.synth(stack, true);
}

/** The README's command. */
async function recoveryPoints(region: string, vault: string): Promise<unknown> {
  const query = "sort_by(RecoveryPoints, &CreationDate)[-5:].[CreationDate, ResourceType, Status, RecoveryPointArn]";
  const command = ["backup", "list-recovery-points-by-backup-vault", "--backup-vault-name", vault, "--query", query];
  return await awsCli(aws, [...command, "--region", region]);
}
