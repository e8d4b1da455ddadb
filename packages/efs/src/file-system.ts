import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity/index.js";
import { EfsAccessPoint } from "@cdktf/provider-aws/lib/efs-access-point/index.js";
import { EfsFileSystem, type EfsFileSystemConfig } from "@cdktf/provider-aws/lib/efs-file-system/index.js";
import { EfsFileSystemPolicy } from "@cdktf/provider-aws/lib/efs-file-system-policy/index.js";
import { EfsMountTarget } from "@cdktf/provider-aws/lib/efs-mount-target/index.js";
import type { KmsKey } from "@cdktf/provider-aws/lib/kms-key/index.js";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group/index.js";
import { check, encryptionKey, nameOf, type Region } from "@mainstay/core";
import { type Access, allow, type Endpoint, emptySecurityGroup, type Network } from "@mainstay/vpc";
import { Construct } from "constructs";
import {
  type AccessPointProps,
  type ArchiveDays,
  accessPointProblems,
  elastic,
  fileSystemPolicy,
  lifecycleState,
  problems,
  type Throughput,
} from "./decisions.ts";

const nfsPort = 2049;

export interface FileSystemProps {
  /** Gives each zone's data subnet a mount target. */
  readonly network: Network;

  /**
   * Changing it replaces nothing; EFS allows a step down once a day.
   *
   * @default elastic
   */
  readonly throughput?: Throughput;

  /**
   * Days without a read before a file moves to Infrequent Access: about a tenth of the price, slower first byte.
   * It comes back with the first read.
   *
   * @default 30
   */
  readonly archiveAfter?: ArchiveDays;

  /**
   * Refuses every plan that would delete the files. Turn it off only to take an environment down.
   *
   * @default true
   */
  readonly protect?: boolean;
}

/** What a file system and its replica have in common: everything but where the files come from. */
export abstract class FileSystem extends Construct implements Endpoint {
  readonly region: Region;
  readonly throughput: Throughput;
  readonly key: KmsKey;
  readonly fileSystem: EfsFileSystem;
  readonly securityGroup: SecurityGroup;
  readonly mountTargets: readonly EfsMountTarget[];
  readonly policy: EfsFileSystemPolicy;
  readonly #accessPoints = new Map<string, EfsAccessPoint>();
  /** Made so far, by id. */
  readonly accessPoints: ReadonlyMap<string, EfsAccessPoint> = this.#accessPoints;

  constructor(
    scope: Construct,
    id: string,
    props: FileSystemProps,
    more: Pick<EfsFileSystemConfig, "protection"> = {},
  ) {
    super(scope, id);
    check(this, problems(props));
    const { network, protect = true, throughput = elastic } = props;

    this.region = network.region;
    this.throughput = throughput;
    this.key = this.createKey(protect);
    this.fileSystem = this.createFileSystem(props, protect, more);
    this.securityGroup = this.createSecurityGroup(network);
    this.mountTargets = this.createMountTargets(network);
    this.policy = this.refuseUnsafeClients();
  }

  /** A directory with an identity of its own: a client that mounts it sees nothing else. */
  accessPoint(id: string, props: AccessPointProps): EfsAccessPoint {
    check(this, accessPointProblems(id, props));
    const { directory, owner } = props;
    const point = new EfsAccessPoint(this, id, {
      fileSystemId: this.fileSystem.id,
      posixUser: { uid: owner, gid: owner },
      rootDirectory: {
        path: directory,
        creationInfo: { ownerUid: owner, ownerGid: owner, permissions: "0750" },
      },
      tags: { Name: nameOf(this, "tag", id) },
    });
    this.#accessPoints.set(id, point);
    return point;
  }

  /** Lets `client` mount. Both rules belong to the client: it can live in another stack without a cycle. */
  allowFrom(client: Endpoint): Access {
    return allow({ client, server: this, port: nfsPort, protocol: "nfs" });
  }

  private createKey(protect: boolean): KmsKey {
    const { accountId } = new DataAwsCallerIdentity(this, "account", {});
    return encryptionKey(this, "key", { account: accountId, encrypts: "files at rest", protect });
  }

  private createFileSystem(
    { archiveAfter = 30 }: FileSystemProps,
    protect: boolean,
    more: Pick<EfsFileSystemConfig, "protection">,
  ): EfsFileSystem {
    const { throughput } = this;
    return new EfsFileSystem(this, "file-system", {
      encrypted: true,
      kmsKeyId: this.key.arn,
      throughputMode: throughput.mode,
      ...(throughput.mode === "provisioned" && { provisionedThroughputInMibps: throughput.mibps }),
      lifecyclePolicy: [
        { transitionToIa: lifecycleState(archiveAfter) },
        { transitionToPrimaryStorageClass: "AFTER_1_ACCESS" },
      ],
      tags: { Name: nameOf(this, "tag") },
      lifecycle: { preventDestroy: protect },
      ...more,
    });
  }

  private createSecurityGroup(network: Network): SecurityGroup {
    return emptySecurityGroup(this, network.vpcId, "mount targets");
  }

  private createMountTargets(network: Network): EfsMountTarget[] {
    return network.subnets("data").map(
      ({ id, zone }) =>
        new EfsMountTarget(this, `mount-target-${zone}`, {
          fileSystemId: this.fileSystem.id,
          subnetId: id,
          securityGroups: [this.securityGroup.id],
        }),
    );
  }

  private refuseUnsafeClients(): EfsFileSystemPolicy {
    return new EfsFileSystemPolicy(this, "policy", {
      fileSystemId: this.fileSystem.id,
      policy: JSON.stringify(fileSystemPolicy(this.fileSystem.arn)),
    });
  }
}
