import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity/index.js";
import type { KmsKey } from "@cdktf/provider-aws/lib/kms-key/index.js";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret/index.js";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version/index.js";
import { check, encryptionKey, nameOf } from "@mainstay/core";
import { Construct } from "constructs";
import { type Alphabet, generator, problems, type Recovery, recoveryWindow } from "./decisions.ts";
import { RandomPassword } from "./random-password.ts";

export interface GeneratedSecretProps {
  /** What the value is for: shown in the console. */
  readonly description: string;

  /**
   * Add 1 for a new value with the next deployment. The old one stays readable as `AWSPREVIOUS`.
   *
   * @default 1
   */
  readonly version?: number;

  /**
   * Characters, 16 to 4096. A change takes effect with the next `version`.
   *
   * @default 32
   */
  readonly length?: number;

  /**
   * What the value is made of. A change takes effect with the next `version`.
   *
   * @default "letters-and-digits", 190 bits at 32 characters, safe in a URL, a header and a shell
   */
  readonly alphabet?: Alphabet;

  /**
   * Days that a deleted secret can be brought back; its name stays taken until then.
   *
   * @default 30
   */
  readonly recovery?: Recovery;
}

/** A secret as its readers need it: where it is, never what it is. */
export interface SecretReference {
  readonly arn: string;
  /** ARN of the KMS key that a reader must be allowed to decrypt with. */
  readonly keyArn: string;
}

/**
 * A random value that AWS makes and keeps. It is in no file, no plan and no state.
 *
 * Terraform holds the value only while it applies (an ephemeral resource), and hands it to a write-only argument.
 */
export class GeneratedSecret extends Construct {
  readonly key: KmsKey;
  readonly secret: SecretsmanagerSecret;
  readonly password: RandomPassword;
  readonly version: SecretsmanagerSecretVersion;
  readonly reference: SecretReference;

  constructor(scope: Construct, id: string, props: GeneratedSecretProps) {
    super(scope, id);
    check(this, problems(props));
    const { description, version = 1, length = 32, alphabet = "letters-and-digits", recovery = 30 } = props;

    this.key = this.createKey();
    this.secret = new SecretsmanagerSecret(this, "secret", {
      name: nameOf(this, "secret"),
      description,
      kmsKeyId: this.key.arn,
      recoveryWindowInDays: recoveryWindow(recovery),
    });
    this.password = new RandomPassword(this, "password", generator({ length, alphabet }));
    this.version = new SecretsmanagerSecretVersion(this, "version", {
      secretId: this.secret.id,
      secretStringWo: this.password.value,
      secretStringWoVersion: version,
    });
    this.reference = { arn: this.secret.arn, keyArn: this.key.arn };
  }

  private createKey(): KmsKey {
    const { accountId } = new DataAwsCallerIdentity(this, "account", {});
    return encryptionKey(this, "key", { account: accountId, encrypts: "secret value" });
  }
}
