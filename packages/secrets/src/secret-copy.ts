import { DataAwsSecretsmanagerSecret } from "@cdktf/provider-aws/lib/data-aws-secretsmanager-secret/index.js";
import { Construct } from "constructs";
import type { SecretReference, StoredSecret } from "./stored-secret.ts";

export interface SecretCopyProps {
  /** The secret, which has this stack's region among its `replicas`. */
  readonly of: StoredSecret;
}

/**
 * The copy of a secret in this stack's region, found there by its name.
 *
 * For stacks that have to be deployed while the secret's own region is gone: unlike `replicaIn` it reads neither the state nor the APIs
 * of that region. The secret is deployed first.
 */
export class SecretCopy extends Construct {
  readonly secret: DataAwsSecretsmanagerSecret;
  readonly reference: SecretReference;

  constructor(scope: Construct, id: string, { of }: SecretCopyProps) {
    super(scope, id);
    this.secret = new DataAwsSecretsmanagerSecret(this, "secret", { name: of.name });
    this.reference = { arn: this.secret.arn, keyArn: this.secret.kmsKeyId };
  }
}
