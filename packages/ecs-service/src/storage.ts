import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import type { Access, Endpoint } from "@mainstay/vpc";

/** A file system that a service can mount a directory of; `FileStorage` of `@mainstay/efs` is one. */
export interface Files {
  readonly fileSystem: { readonly id: string; readonly arn: string };
  accessPoint(
    id: string,
    props: { readonly directory: `/${string}`; readonly owner: number },
  ): { readonly id: string; readonly arn: string };
  allowFrom(consumer: Endpoint): Access;
}

/** What a service has of its files. */
export interface OpenFiles {
  readonly accessPoint: { readonly id: string; readonly arn: string };
  readonly access: Access;
  readonly policy: IamRolePolicy;
}

/** A directory of a shared file system, and where the container finds it. */
export interface Storage {
  readonly files: Files;
  /** Directory of the file system that becomes the container's; it sees nothing above it. A change shows it another one. */
  readonly directory: `/${string}`;
  /**
   * Absolute path in the container; the API learns it by `DOCUMENTS_DIRECTORY`.
   *
   * @default the contract's `documents.directory`
   */
  readonly mountPath?: `/${string}`;
  /**
   * User and group that own the directory.
   *
   * @default the contract's user, who runs the container
   */
  readonly owner?: number;
}
