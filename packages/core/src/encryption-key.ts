import { KmsKey } from "@cdktf/provider-aws/lib/kms-key/index.js";
import type { Construct } from "constructs";
import { type KeyPolicyProps, keyPolicy } from "./key-policy.ts";
import { nameOf } from "./names.ts";

export interface EncryptionKeyProps extends KeyPolicyProps {
  /** What it encrypts, in words: `files at rest`. */
  readonly encrypts: string;
  /**
   * Refuses every plan that would delete the key: what it has encrypted is lost with it.
   *
   * @default false: for what can be made again, such as logs
   */
  readonly protect?: boolean;
}

/** A customer key that AWS rotates every year: 1 USD a month. Deleted, it can be brought back for 30 days, the longest that KMS allows. */
export function encryptionKey(scope: Construct, id: string, props: EncryptionKeyProps): KmsKey {
  const { encrypts, protect = false, ...access } = props;
  const name = nameOf(scope, "tag");
  return new KmsKey(scope, id, {
    description: `${name}: ${encrypts}`,
    enableKeyRotation: true,
    deletionWindowInDays: 30,
    policy: keyPolicy(access),
    tags: { Name: name },
    lifecycle: { preventDestroy: protect },
  });
}
