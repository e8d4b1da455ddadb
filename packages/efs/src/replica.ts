import { EfsReplicationConfiguration } from "@cdktf/provider-aws/lib/efs-replication-configuration/index.js";
import { check, type Problem, providerFor, type Region } from "@mainstay/core";
import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { FileSystem, type FileSystemProps } from "./file-system.ts";

/** What is replicated: a `FileStorage` is one. */
export interface ReplicaSource {
  readonly region: Region;
  readonly fileSystem: { readonly id: string };
}

/**
 * `replica`: follows the source and can only be read. `promoted`: on its own, and can be written to.
 *
 * Promoting replaces nothing; EFS needs minutes to make the files writable. The way back throws away what was written since, and wants
 * one command of a person: see the README.
 */
export type ReplicaRole = "replica" | "promoted";

export interface ReplicaProps extends FileSystemProps {
  /** The file system that it follows, in another region. A change starts over. */
  readonly source: ReplicaSource;

  /** @default "replica" */
  readonly role?: ReplicaRole;
}

/**
 * A file system that follows one in another region: encrypted by a key of its own, with mount targets and access points.
 *
 * Behind by 15 minutes for most file systems (EFS guide: RPO); `TimeSinceLastSync` says how far. Belongs to the stack of its own region,
 * replication included, so that destroying that stack leaves neither a copy nor a source that cannot be deleted.
 *
 * Costs what the files cost in its region, and the transfer between regions once for each changed block.
 */
export class Replica extends FileSystem {
  /** Undefined once promoted. */
  readonly replication: EfsReplicationConfiguration | undefined;

  constructor(scope: Construct, id: string, props: ReplicaProps) {
    super(scope, id, props, { protection: { replicationOverwrite: "DISABLED" } });
    check(this, replicaProblems(props));
    const { source, role = "replica" } = props;

    // WHY: EFS changes it by itself, to REPLICATING and on promotion to ENABLED, and refuses every other change meanwhile
    // (terraform-provider-aws#36811).
    this.fileSystem.lifecycle = { ...this.fileSystem.lifecycle, ignoreChanges: ["protection"] };
    // WHY also where it is promoted: Terraform ends a replication with the provider that began it, and refuses when that is gone.
    const provider = providerFor(this, source.region);
    this.replication = role === "replica" ? this.follow(source, provider) : undefined;
  }

  private follow({ fileSystem }: ReplicaSource, provider: TerraformProvider): EfsReplicationConfiguration {
    return new EfsReplicationConfiguration(this, "replication", {
      // WHY: EFS wants it asked for in the source's region (API, CreateReplicationConfiguration).
      provider,
      sourceFileSystemId: fileSystem.id,
      destination: { fileSystemId: this.fileSystem.id, region: this.region },
    });
  }
}

/** What a user can get wrong here that a type cannot see. */
function replicaProblems({ source, network }: ReplicaProps): Problem[] {
  if (source.region !== network.region) return [];
  return [
    {
      property: "source.region",
      got: source.region,
      allowed: `another region than ${network.region}`,
      fix: "Put the replica where it is not lost together with its source.",
    },
  ];
}
