import { DbInstance, type DbInstanceConfig } from "@cdktf/provider-aws/lib/db-instance/index.js";
import type { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group/index.js";
import { check, type Gibibytes, type Region } from "@mainstay/core";
import type { Network } from "@mainstay/vpc";
import { type ITerraformDependable, TerraformStack } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { type Availability, type LogDays, replicaProblems, type Version } from "./decisions.ts";
import type { InstanceClass } from "./instance-class.ts";
import { Server, type ServerProps } from "./server.ts";

/** What a replica has to know of the server that it follows. A {@link Database}, or a replica that was promoted. */
export interface ReplicaSource extends IConstruct {
  readonly identifier: string;
  readonly region: Region;
  readonly version: Version;
  /** Size of its volume: the replica begins with the same. */
  readonly storage: Gibibytes;
  readonly maxStorage: Gibibytes;
  readonly endpoint: { readonly port: number };
  readonly instance: ITerraformDependable;
}

/** `promoted` is a server of its own, which takes writes. There is no way back: see the README, "Promoting a replica". */
export type ReplicaRole = "replica" | "promoted";

export interface ReadReplicaProps {
  /** The server to follow. A change is refused when it is deployed: a replica of another server is another replica. */
  readonly source: ReplicaSource;

  /** From `replica` to `promoted` once, in place: address, host name, data and credentials stay. */
  readonly role: ReplicaRole;

  /** Its data tier gets the server. In the source's region it has to be the source's network, as RDS asks for. */
  readonly network: Network;

  /**
   * Size of the server. A smaller one than the source costs less, falls behind when much is written, and has to be enlarged before it
   * can do the source's work. A change takes effect in the next maintenance window; it replaces nothing.
   */
  readonly class: InstanceClass;

  /**
   * `single-az` is replaced by a new replica when its zone is lost. `multi-az` costs twice as much; a promoted server needs it to
   * survive its zone. A change replaces nothing.
   *
   * @default "single-az"
   */
  readonly availability?: Availability;

  /**
   * RDS grows the volume by itself up to this size, GiB. Not less than the source's: a replica that is full stops to follow.
   *
   * @default the source's
   */
  readonly maxStorage?: Gibibytes;

  /**
   * MySQL release as major.minor, the source's or a later one: for an upgrade the replica goes first.
   *
   * @default the source's
   */
  readonly version?: Version;

  /**
   * Days that daily backups are kept, 1 to 35. On for a replica too: a promotion without a backup begins with taking one.
   *
   * @default 14
   */
  readonly backupDays?: number;

  /**
   * Days that the error and the slow-query log are kept in CloudWatch.
   *
   * @default 365
   */
  readonly logDays?: LogDays;

  /**
   * Refuses to delete the server, twice: Terraform refuses the plan, and RDS refuses the call.
   *
   * @default true
   */
  readonly protect?: boolean;

  /**
   * Takes a snapshot before the server is deleted.
   *
   * @default true, also where `protect` is off
   */
  readonly finalSnapshot?: boolean;
}

/**
 * A copy of a database, in another region or the same one, that follows it by seconds, answers reads, and can take over.
 *
 * Replication is asynchronous: a promotion loses what was not copied yet (`ReplicaLag`). Users and passwords are the source's.
 */
export class ReadReplica extends Server {
  /** Undefined in the source's region, where a replica is in its source's group. */
  readonly subnetGroup: DbSubnetGroup | undefined;
  readonly instance: DbInstance;
  readonly endpoint: { readonly host: string; readonly port: number };

  readonly role: ReplicaRole;
  readonly region: Region;
  readonly version: Version;
  readonly storage: Gibibytes;
  readonly maxStorage: Gibibytes;

  constructor(scope: Construct, id: string, props: ReadReplicaProps) {
    const server = serverProps(props);
    super(scope, id, server);
    check(this, replicaProblems(props));
    const { source, role, network } = props;
    this.role = role;
    this.region = network.region;
    this.version = server.version;
    this.storage = source.storage;
    this.maxStorage = server.maxStorage;

    const elsewhere = source.region !== network.region;
    this.subnetGroup = elsewhere ? this.createSubnetGroup(network) : undefined;
    this.instance = this.createInstance(server, {
      // WHY only elsewhere: in one region a replica has the subnets and the key of its source, and RDS refuses to be told
      // (API, `CreateDBInstanceReadReplica`).
      ...(this.subnetGroup !== undefined && { dbSubnetGroupName: this.subnetGroup.name, kmsKeyId: this.key.arn }),
      ...(role === "replica" && {
        replicateSourceDb: elsewhere ? this.arnIn(source.region, source.identifier) : source.identifier,
        dependsOn: this.comeAfter(source),
      }),
    });
    this.endpoint = { host: this.instance.address, port: server.port };
  }

  /**
   * Nothing that RDS refuses of a replica: engine, user, password, schema and size of the volume are the source's. They stay out once
   * it is promoted, and without them the provider makes no new server: one that is lost is never replaced by an empty database.
   */
  private createInstance(server: ServerProps, { dependsOn = [], ...place }: Partial<DbInstanceConfig>): DbInstance {
    const settings = this.settings(server);
    return new DbInstance(this, "instance", {
      ...settings,
      ...place,
      dependsOn: [...settings.dependsOn, ...dependsOn],
    });
  }

  /**
   * The source is deployed first. A promoted replica needs no source: its stack is planned and deployed though that region is gone.
   *
   * WHY: the source's name is written out, and no reference to the resource says that it has to be there.
   */
  private comeAfter(source: ReplicaSource): ITerraformDependable[] {
    const [own, other] = [TerraformStack.of(this), TerraformStack.of(source)];
    if (own === other) return [source.instance];
    own.addDependency(other);
    return [];
  }
}

/** What a user wrote, with the defaults. */
function serverProps(props: ReadReplicaProps): ServerProps {
  const { source, network, availability = "single-az", backupDays = 14 } = props;
  const { logDays = 365, protect = true, finalSnapshot = true } = props;
  return {
    network,
    class: props.class,
    version: props.version ?? source.version,
    port: source.endpoint.port,
    availability,
    maxStorage: props.maxStorage ?? source.maxStorage,
    backupDays,
    logDays,
    protect,
    finalSnapshot,
  };
}
