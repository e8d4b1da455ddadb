import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity/index.js";
import type { KmsKey } from "@cdktf/provider-aws/lib/kms-key/index.js";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret/index.js";
import { encryptionKey, nameOf, providerFor, type Region, regionOf } from "@mainstay/core";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { type Recovery, recoveryWindow } from "./decisions.ts";

/** A secret as its readers need it: where it is, never what it is. */
export interface SecretReference {
  readonly arn: string;
  /** ARN of the KMS key that a reader must be allowed to decrypt with. */
  readonly keyArn: string;
}

export interface StoredSecretProps {
  readonly description: string;
  readonly recovery: Recovery;
  readonly replicas: readonly Region[];
  /** Refuses every plan that would delete the secret or its key. */
  readonly protect?: boolean;
  /** CloudWatch Logs of this stack's region may use the key as well. */
  readonly logs?: boolean;
}

/**
 * An encrypted secret and its copies in other regions. What extends it writes the value.
 *
 * Secrets Manager keeps the copies equal, also after a rotation, and refuses to change one by itself.
 */
export abstract class StoredSecret extends Construct {
  /** Known when synthesising; the same for the copies. */
  readonly name: string;
  readonly key: KmsKey;
  /** A copy is encrypted by a key of its own region: it stays readable while this one is gone. */
  readonly replicaKeys: ReadonlyMap<Region, KmsKey>;
  readonly secret: SecretsmanagerSecret;
  readonly reference: SecretReference;

  protected constructor(scope: Construct, id: string, props: StoredSecretProps) {
    super(scope, id);
    const { description, recovery, replicas, protect = false, logs = false } = props;
    const { accountId: account } = new DataAwsCallerIdentity(this, "account", {});
    this.name = nameOf(this, "secret");
    this.key = encryptionKey(this, "key", {
      account,
      encrypts: logs ? "secret value, rotation" : "secret value",
      protect,
      ...(logs && { logsIn: regionOf(this) }),
    });
    this.replicaKeys = new Map(
      [...new Set(replicas)].map((region) => [region, this.createReplicaKey(region, account)]),
    );
    this.secret = new SecretsmanagerSecret(this, "secret", {
      name: this.name,
      description,
      kmsKeyId: this.key.arn,
      recoveryWindowInDays: recoveryWindow(recovery),
      ...(replicas.length > 0 && {
        replica: [...this.replicaKeys].map(([region, { arn }]) => ({ region, kmsKeyId: arn })),
      }),
      ...(protect && { lifecycle: { preventDestroy: true } }),
    });
    this.reference = { arn: this.secret.arn, keyArn: this.key.arn };
  }

  /** Where readers in `region` find it: the copy there, or in its own region the secret itself. */
  replicaIn(region: Region): SecretReference {
    const own = regionOf(this);
    if (region === own) return this.reference;
    const key = this.replicaKeys.get(region);
    if (key === undefined) throw new Error(`${this.node.path} has no copy in ${region}: add it to \`replicas\`.`);
    // Copies differ in nothing but the region (Secrets Manager guide, "Replicate secrets across Regions").
    return { arn: Fn.replace(this.secret.arn, `:${own}:`, `:${region}:`), keyArn: key.arn };
  }

  private createReplicaKey(region: Region, account: string): KmsKey {
    const key = encryptionKey(this, `key-${region}`, { account, encrypts: "copy of a secret value" });
    key.provider = providerFor(this, region);
    return key;
  }
}
