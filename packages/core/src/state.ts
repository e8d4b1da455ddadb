import { LocalBackend, S3Backend, type TerraformStack } from "cdktf";
import type { Region } from "./zone.ts";

/** Where Terraform keeps what it knows about an environment. */
export type State =
  | { readonly kind: "local" }
  | { readonly kind: "s3"; readonly bucket: string; readonly region?: Region; readonly kmsKey?: string };

/**
 * A file per stack in `terraform-state/local`, on this machine only.
 *
 * For trying things out: nobody else sees it, nothing locks it against a colleague, and it goes with the disk.
 */
export const localState: State = { kind: "local" };

/** A versioned bucket, locked by a file beside the state (`use_lockfile`), encrypted by the bucket's own key unless one is named. Needs Terraform 1.11. */
export function s3State(bucket: string, options: { readonly region?: Region; readonly kmsKey?: string } = {}): State {
  return { kind: "s3", bucket, ...options };
}

/** Has `stack` keep its state in `state`. `key` names it there and is unique per stack. */
export function keepState(stack: TerraformStack, state: State, key: string, region: Region): void {
  if (state.kind === "local") {
    // WHY: relative to the stack's directory below cdktf.out; the default is an absolute path of this machine.
    new LocalBackend(stack, { path: `../../../terraform-state/local/${stack.node.id}.tfstate` });
    return;
  }
  new S3Backend(stack, {
    bucket: state.bucket,
    key: `${key}.tfstate`,
    region: state.region ?? region,
    // WHY not without a key: Terraform would then ask for S3's own encryption, and so turn the bucket's key off. S3 encrypts in any case.
    ...(state.kmsKey !== undefined && { encrypt: true, kmsKeyId: state.kmsKey }),
  });
  // WHY: cdktf 0.21 has no property for it, and a lock in DynamoDB is deprecated (pain 29).
  stack.addOverride("terraform.backend.s3.use_lockfile", true);
}
