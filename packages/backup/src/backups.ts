import { BackupPlan } from "@cdktf/provider-aws/lib/backup-plan/index.js";
import { BackupSelection } from "@cdktf/provider-aws/lib/backup-selection/index.js";
import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target/index.js";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity/index.js";
import { check, nameOf, providerFor, type Region, regionOf } from "@mainstay/core";
import { Construct } from "constructs";
import { BackupRole } from "./backup-role.ts";
import { type Copy, defaultKeepDays, failurePattern, jobWindows, noCopy, problems, schedule } from "./decisions.ts";
import { type Lock, unlocked } from "./lock.ts";
import { Vault } from "./vault.ts";

export interface BackupsProps {
  /**
   * What is backed up, by name: databases, file systems, whatever AWS Backup knows, in the stack's region. Adding or taking out one moves
   * no other; what was backed up is kept.
   */
  readonly things: Readonly<Record<string, { readonly arn: string }>>;

  /**
   * Days that a recovery point is kept, for those that are made from then on. Charged by size.
   *
   * @default 35
   */
  readonly keepDays?: number;

  /**
   * {@link copyTo} or {@link noCopy}.
   *
   * Another region, or none, is another vault, or none: name the old region in `formerly` for one deployment, and empty the old vault
   * first where it is protected.
   *
   * @default noCopy
   */
  readonly copy?: Copy;

  /**
   * Regions that had a copy's vault until now: Terraform needs their provider once more to take it down.
   *
   * @default none
   */
  readonly formerly?: readonly Region[];

  /**
   * {@link unlocked}, {@link governance} or {@link compliance}, which can never be undone. For both vaults. A change of its numbers replaces
   * the lock, not the vault.
   *
   * @default unlocked
   */
  readonly lock?: Lock;

  /**
   * SNS topic of the stack's region that hears of jobs which failed or never began. It has to let EventBridge publish.
   *
   * @default nobody hears
   */
  readonly notify?: { readonly arn: string };

  /**
   * Refuses every plan that would delete a vault or its key. `false` deletes recovery points with their vault.
   *
   * @default true
   */
  readonly protect?: boolean;
}

/**
 * Daily recovery points in a vault that nobody may empty before their time, and copies of them in another region.
 *
 * Survives what a replica does not: a mistake, a bad release, a stolen credential. Loses up to a day (RPO); a restore takes as long as the
 * size wants (RTO), so practise it.
 */
export class Backups extends Construct {
  readonly vault: Vault;
  readonly copyVault: Vault | undefined;
  /** What AWS Backup makes recovery points with. */
  readonly role: BackupRole;
  /** What a person restores with; the daily job does not have it. */
  readonly restoreRole: BackupRole;
  readonly plan: BackupPlan;
  /** By the name of the thing. */
  readonly selections: ReadonlyMap<string, BackupSelection>;
  /** Undefined where nobody is to hear. */
  readonly failures: CloudwatchEventRule | undefined;
  readonly news: CloudwatchEventTarget | undefined;

  constructor(scope: Construct, id: string, props: BackupsProps) {
    super(scope, id);
    const region = regionOf(this);
    check(this, problems(props, region));
    const { accountId: account } = new DataAwsCallerIdentity(this, "account", {});
    // WHY: Terraform deletes with the provider that created, and refuses when it is gone.
    for (const former of props.formerly ?? []) providerFor(this, former);

    this.vault = this.createVault(props, account, region);
    this.copyVault = this.createCopyVault(props, account);
    this.role = new BackupRole(this, "role", { does: "backup" });
    this.restoreRole = new BackupRole(this, "restore-role", { does: "restore" });
    this.plan = this.createPlan(props, region);
    this.selections = this.select(props);
    this.failures = this.watch(props);
    this.news = this.tell(props, this.failures);
  }

  private createVault({ lock = unlocked, protect = true }: BackupsProps, account: string, region: Region): Vault {
    return new Vault(this, "vault", { provider: providerFor(this, region), account, lock, protect });
  }

  private createCopyVault({ copy = noCopy, lock = unlocked, protect = true }: BackupsProps, account: string) {
    if (copy.kind === "none") return undefined;
    const { region } = copy;
    return new Vault(this, `copy-${region}`, { provider: providerFor(this, region), account, lock, protect });
  }

  private createPlan({ keepDays = defaultKeepDays, copy = noCopy }: BackupsProps, region: Region): BackupPlan {
    const copyDays = (copy.kind === "region" ? copy.keepDays : undefined) ?? keepDays;
    return new BackupPlan(this, "plan", {
      name: nameOf(this, "backupPlan"),
      rule: [
        {
          ruleName: "daily",
          targetVaultName: this.vault.vaultName,
          schedule: schedule(region),
          startWindow: jobWindows.start,
          completionWindow: jobWindows.completion,
          lifecycle: { deleteAfter: keepDays },
          ...(this.copyVault !== undefined && {
            copyAction: [{ destinationVaultArn: this.copyVault.arn, lifecycle: { deleteAfter: copyDays } }],
          }),
        },
      ],
      tags: { Name: nameOf(this, "tag") },
    });
  }

  private select({ things }: BackupsProps): ReadonlyMap<string, BackupSelection> {
    return new Map(
      Object.entries(things).map(([name, { arn }]) => [
        name,
        new BackupSelection(this, `selection-${name}`, {
          name,
          planId: this.plan.id,
          iamRoleArn: this.role.role.arn,
          resources: [arn],
          // WHY: AWS Backup looks at once whether the role may back up what is selected.
          dependsOn: [this.role.policy],
        }),
      ]),
    );
  }

  private watch({ things, notify }: BackupsProps): CloudwatchEventRule | undefined {
    if (notify === undefined) return undefined;
    return new CloudwatchEventRule(this, "failures", {
      name: nameOf(this, "eventRule"),
      description: "Backups and copies that came to nothing",
      eventPattern: JSON.stringify(failurePattern(Object.values(things).map(({ arn }) => arn))),
    });
  }

  private tell({ notify }: BackupsProps, rule: CloudwatchEventRule | undefined): CloudwatchEventTarget | undefined {
    if (notify === undefined || rule === undefined) return undefined;
    return new CloudwatchEventTarget(this, "news", { rule: rule.name, targetId: "news", arn: notify.arn });
  }
}
