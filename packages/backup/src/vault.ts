import { BackupVault } from "@cdktf/provider-aws/lib/backup-vault/index.js";
import { BackupVaultLockConfiguration } from "@cdktf/provider-aws/lib/backup-vault-lock-configuration/index.js";
import { BackupVaultPolicy } from "@cdktf/provider-aws/lib/backup-vault-policy/index.js";
import type { KmsKey } from "@cdktf/provider-aws/lib/kms-key/index.js";
import { encryptionKey, nameOf } from "@mainstay/core";
import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { vaultPolicy } from "./decisions.ts";
import type { Lock } from "./lock.ts";

export interface VaultProps {
  /** That of the region which the vault is in. */
  readonly provider: TerraformProvider;
  /** The account, 12 digits, or a reference to them. */
  readonly account: string;
  readonly lock: Lock;
  readonly protect: boolean;
}

/** Where recovery points are kept: under a key of its own, which nobody may empty before their time. */
export class Vault extends Construct {
  readonly key: KmsKey;
  readonly vault: BackupVault;
  readonly policy: BackupVaultPolicy;
  readonly lock: BackupVaultLockConfiguration | undefined;

  constructor(scope: Construct, id: string, props: VaultProps) {
    super(scope, id);
    this.key = this.createKey(props);
    this.vault = this.createVault(props);
    this.policy = this.keep(props);
    this.lock = this.close(props);
  }

  get arn(): string {
    return this.vault.arn;
  }

  get vaultName(): string {
    return this.vault.name;
  }

  private createKey({ provider, account, protect }: VaultProps): KmsKey {
    const key = encryptionKey(this, "key", { account, encrypts: "recovery points at rest", protect });
    key.provider = provider;
    return key;
  }

  private createVault({ provider, protect }: VaultProps): BackupVault {
    const name = nameOf(this, "backupVault");
    return new BackupVault(this, "vault", {
      provider,
      name,
      kmsKeyArn: this.key.arn,
      forceDestroy: !protect,
      tags: { Name: name },
      lifecycle: { preventDestroy: protect },
    });
  }

  private keep({ provider }: VaultProps): BackupVaultPolicy {
    return new BackupVaultPolicy(this, "policy", {
      provider,
      backupVaultName: this.vault.name,
      policy: JSON.stringify(vaultPolicy()),
    });
  }

  private close({ provider, lock }: VaultProps): BackupVaultLockConfiguration | undefined {
    if (lock.kind === "unlocked") return undefined;
    return new BackupVaultLockConfiguration(this, "lock", {
      provider,
      backupVaultName: this.vault.name,
      minRetentionDays: lock.minDays,
      maxRetentionDays: lock.maxDays,
      ...(lock.kind === "compliance" && { changeableForDays: lock.coolingOffDays }),
    });
  }
}
