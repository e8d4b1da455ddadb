import { DbInstance } from "@cdktf/provider-aws/lib/db-instance/index.js";
import type { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group/index.js";
import { check, type Gibibytes, type Region } from "@mainstay/core";
import { Login, Rotation, type RotationDays } from "@mainstay/secrets";
import type { Network } from "@mainstay/vpc";
import type { Construct } from "constructs";
import { type Availability, type LogDays, maxStorageOf, problems, type Version } from "./decisions.ts";
import type { InstanceClass } from "./instance-class.ts";
import { Server, type ServerProps } from "./server.ts";

export interface DatabaseProps {
  /** Its data tier gets the server; it needs two zones even for `single-az`. */
  readonly network: Network;

  /**
   * Size of the server, the main driver of the bill; Multi-AZ pays it twice.
   *
   * A change takes effect in the next maintenance window, by a failover of one to two minutes; it replaces nothing.
   */
  readonly class: InstanceClass;

  /**
   * Size of the volume, 20 to 65,536 GiB. It can grow without an interruption and never shrink.
   *
   * Below 400 GiB gp3 gives 3,000 IOPS and 125 MiB/s, from there on 12,000 IOPS and 500 MiB/s.
   */
  readonly storage: Gibibytes;

  /**
   * RDS grows the volume by itself up to this size, GiB; at least 10 % above `storage`.
   *
   * @default twice `storage`
   */
  readonly maxStorage?: Gibibytes;

  /** Schema that is created with the server. A change replaces the database. */
  readonly name: string;

  /**
   * MySQL release as major.minor. A change is a major upgrade in the next maintenance window, with minutes of downtime.
   *
   * @default "8.4"
   */
  readonly version?: Version;

  /**
   * TCP port. A change restarts the server.
   *
   * @default 3306
   */
  readonly port?: number;

  /**
   * `multi-az` keeps a synchronous standby in another zone: a failover takes 60 to 120 s and loses nothing (RDS guide).
   * `single-az` costs half and gives that up.
   *
   * @default "multi-az"
   */
  readonly availability?: Availability;

  /**
   * Days that daily backups are kept, 1 to 35, and how far back point-in-time recovery reaches.
   * Backups up to the size of the storage are free of charge.
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
   * Turn it off, apply, and only then destroy.
   *
   * @default true
   */
  readonly protect?: boolean;

  /**
   * Takes a snapshot before the server is deleted. It is encrypted with this database's key: cancel that key's deletion within
   * 30 days to keep the snapshot readable.
   *
   * @default true, also where `protect` is off
   */
  readonly finalSnapshot?: boolean;

  /**
   * Days until the password is changed by itself; or `never`, which gives up that a stolen one stops working some day. Each time,
   * new connections with the old password fail: a client has to read the secret again when it is refused.
   *
   * @default 30: a third of the 90 days that AWS Config, Security Hub and PCI DSS 8.3.9 ask for; two in a row may fail
   */
  readonly rotation?: RotationDays | "never";

  /**
   * Add 1 for a new password with the next deployment.
   *
   * @default 1
   */
  readonly passwordVersion?: number;

  /**
   * Regions with a {@link ReadReplica}, which get a copy of the credentials. Adding one replaces nothing. The password is not
   * rotated while a region has the copy and no replica.
   *
   * @default none
   */
  readonly replicas?: readonly Region[];
}

/** Where the user name and password are. Never what they are. */
export interface Credentials {
  /** ARN of the Secrets Manager secret; its JSON has `username` and `password`. */
  readonly arn: string;
  /** ARN of the KMS key that decrypts it. */
  readonly keyArn: string;
}

/**
 * A MySQL server on RDS that fails over to another zone, and can be put back to any second of the past weeks.
 *
 * Secrets Manager makes the master password, keeps it and has it changed every 30 days; Terraform hands it over once, and stores it
 * nowhere.
 */
export class Database extends Server {
  readonly login: Login;
  readonly subnetGroup: DbSubnetGroup;
  readonly instance: DbInstance;
  /** Undefined where `rotation` is `never`. */
  readonly rotation: Rotation | undefined;
  readonly endpoint: { readonly host: string; readonly port: number };
  /** For the consumer's IAM policy; of the shape that a service takes as a secret. */
  readonly credentials: Credentials;

  readonly region: Region;
  readonly version: Version;
  readonly storage: Gibibytes;
  readonly maxStorage: Gibibytes;

  constructor(scope: Construct, id: string, props: DatabaseProps) {
    const server = serverProps(props);
    super(scope, id, server);
    check(this, problems(props));
    const { network, storage, rotation = 30 } = props;
    this.region = network.region;
    this.version = server.version;
    this.storage = storage;
    this.maxStorage = server.maxStorage;

    this.login = this.createLogin(props, server.protect);
    this.subnetGroup = this.createSubnetGroup(network);
    this.instance = this.createInstance(props, server);
    this.rotation = rotation === "never" ? undefined : this.createRotation(rotation, server.logDays);
    this.endpoint = { host: this.instance.address, port: server.port };
    this.credentials = this.login.reference;
  }

  /** The credentials for readers in `region`, one of `replicas`: the copy there. */
  credentialsIn(region: Region): Credentials {
    return this.login.replicaIn(region);
  }

  private createLogin({ passwordVersion = 1, replicas = [] }: DatabaseProps, protect: boolean): Login {
    return new Login(this, "login", {
      description: `Master user of ${this.identifier}`,
      username: "admin",
      engine: "mysql",
      version: passwordVersion,
      replicas,
      protect,
      // WHY: the password of a server that is gone opens nothing, and a restored snapshot can be given a new one. The name has
      // to be free for the next database of this name.
      recovery: "unrecoverable",
    });
  }

  private createInstance({ name, storage }: DatabaseProps, server: ServerProps): DbInstance {
    return new DbInstance(this, "instance", {
      ...this.settings(server),
      engine: "mysql",
      dbName: name,
      dbSubnetGroupName: this.subnetGroup.name,
      username: "admin",
      // WHY not `manage_master_user_password`: RDS makes no read replica of a server whose password it manages (RDS guide,
      // limitations of the Secrets Manager integration; terraform-aws-rds#532), and changing over later would lock clients out.
      passwordWo: this.login.password,
      passwordWoVersion: this.login.passwordVersion,
      allocatedStorage: storage,
      kmsKeyId: this.key.arn,
    });
  }

  private createRotation(days: RotationDays, logDays: LogDays): Rotation {
    return new Rotation(this, "rotation", {
      login: this.login,
      database: { identifier: this.instance.identifier, arn: this.arn },
      days,
      logDays,
    });
  }
}

/** What a user wrote, with the defaults. */
function serverProps(props: DatabaseProps): ServerProps {
  const { network, version = "8.4", port = 3306, availability = "multi-az", backupDays = 14 } = props;
  const { logDays = 365, protect = true, finalSnapshot = true } = props;
  const maxStorage = maxStorageOf(props);
  return {
    network,
    class: props.class,
    version,
    port,
    availability,
    maxStorage,
    backupDays,
    logDays,
    protect,
    finalSnapshot,
  };
}
