import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity/index.js";
import { DbInstance } from "@cdktf/provider-aws/lib/db-instance/index.js";
import { DbParameterGroup } from "@cdktf/provider-aws/lib/db-parameter-group/index.js";
import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group/index.js";
import type { KmsKey } from "@cdktf/provider-aws/lib/kms-key/index.js";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group/index.js";
import { check, encryptionKey, type Gibibytes, nameOf } from "@mainstay/core";
import { type Access, allow, type Endpoint, emptySecurityGroup, type Network } from "@mainstay/vpc";
import { Construct } from "constructs";
import {
  type Availability,
  exportedLogs,
  familyOf,
  type LogDays,
  maxStorageOf,
  parameters,
  problems,
  type Version,
} from "./decisions.ts";
import { FinalSnapshot } from "./final-snapshot.ts";
import { type InstanceClass, supportsPerformanceInsights } from "./instance-class.ts";
import { MonitoringRole } from "./monitoring-role.ts";
import { windowsOf } from "./windows.ts";

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
 * RDS makes the master password, keeps it in Secrets Manager and rotates it every seven days; Terraform never sees it.
 */
export class Database extends Construct implements Endpoint {
  readonly key: KmsKey;
  readonly securityGroup: SecurityGroup;
  readonly subnetGroup: DbSubnetGroup;
  readonly parameterGroup: DbParameterGroup;
  readonly logGroups: readonly CloudwatchLogGroup[];
  readonly monitoring: MonitoringRole;
  readonly finalSnapshot: FinalSnapshot;
  readonly instance: DbInstance;
  readonly endpoint: { readonly host: string; readonly port: number };
  /** For the consumer's IAM policy; of the shape that a service takes as a secret. */
  readonly credentials: Credentials;

  /** Decided here and not read from the server, so that log groups can be made before it. */
  private readonly identifier: string;
  private readonly account: DataAwsCallerIdentity;

  constructor(scope: Construct, id: string, props: DatabaseProps) {
    super(scope, id);
    check(this, problems(props));
    const { network, port = 3306, version = "8.4", logDays = 365, protect = true } = props;

    this.identifier = nameOf(this, "databaseIdentifier");
    this.account = new DataAwsCallerIdentity(this, "account", {});
    this.key = this.createKey(network, protect);
    this.securityGroup = this.createSecurityGroup(network);
    this.subnetGroup = this.createSubnetGroup(network);
    this.parameterGroup = this.createParameterGroup(version);
    this.logGroups = this.createLogGroups(logDays);
    this.monitoring = new MonitoringRole(this, "monitoring", {
      database: `arn:aws:rds:${network.region}:${this.account.accountId}:db:${this.identifier}`,
      account: this.account.accountId,
    });
    this.finalSnapshot = new FinalSnapshot(this, "final-snapshot", { database: this.identifier });
    this.instance = this.createInstance({ ...props, port, version, protect });

    this.endpoint = { host: this.instance.address, port };
    this.credentials = { arn: this.instance.masterUserSecret.get(0).secretArn, keyArn: this.key.arn };
  }

  /** Lets `client` connect. Both rules belong to the client: it can live in another stack without a cycle. */
  allowFrom(client: Endpoint): Access {
    return allow({ client, server: this, port: this.endpoint.port, protocol: "mysql" });
  }

  private createKey(network: Network, protect: boolean): KmsKey {
    return encryptionKey(this, "key", {
      account: this.account.accountId,
      encrypts: "storage, backups, insights, logs, master password",
      logsIn: network.region,
      protect,
    });
  }

  private createSecurityGroup(network: Network): SecurityGroup {
    return emptySecurityGroup(this, network.vpcId, "server");
  }

  private createSubnetGroup(network: Network): DbSubnetGroup {
    return new DbSubnetGroup(this, "subnet-group", {
      name: nameOf(this, "subnetGroup"),
      description: `${this.node.path}: data tier`,
      subnetIds: network.subnets("data").map(({ id }) => id),
    });
  }

  private createParameterGroup(version: Version): DbParameterGroup {
    return new DbParameterGroup(this, "parameter-group", {
      namePrefix: `${nameOf(this, "databaseIdentifier")}-`,
      family: familyOf(version),
      description: `${this.node.path}: TLS only, slow queries logged`,
      parameter: [...parameters],
      // WHY: a new version needs a group of another family, and RDS does not delete one that is in use
      // (registry: aws_db_parameter_group, "create_before_destroy").
      lifecycle: { createBeforeDestroy: true },
    });
  }

  private createLogGroups(retentionInDays: LogDays): CloudwatchLogGroup[] {
    return exportedLogs.map(
      (log) =>
        new CloudwatchLogGroup(this, `log-${log}`, {
          name: `/aws/rds/instance/${this.identifier}/${log}`,
          retentionInDays,
          kmsKeyId: this.key.arn,
        }),
    );
  }

  private createInstance(props: DatabaseProps & { version: Version; port: number; protect: boolean }): DbInstance {
    const { network, version, port, protect, availability = "multi-az" } = props;
    const { backupDays = 14, finalSnapshot = true } = props;
    const windows = windowsOf(network.region);
    return new DbInstance(this, "instance", {
      identifier: this.identifier,
      engine: "mysql",
      engineVersion: version,
      autoMinorVersionUpgrade: true,
      // A change of `version` is meant; it still waits for the maintenance window.
      allowMajorVersionUpgrade: true,
      instanceClass: props.class,
      multiAz: availability === "multi-az",
      dbName: props.name,
      port,

      dbSubnetGroupName: this.subnetGroup.name,
      vpcSecurityGroupIds: [this.securityGroup.id],
      publiclyAccessible: false,
      // No `caCertIdentifier`: RDS takes rds-ca-rsa2048-g1 by itself. The provider would set it by a second change after the
      // creation, and wait for the server twice.
      parameterGroupName: this.parameterGroup.name,

      username: "admin",
      manageMasterUserPassword: true,
      masterUserSecretKmsKeyId: this.key.arn,
      iamDatabaseAuthenticationEnabled: true,

      storageType: "gp3",
      allocatedStorage: props.storage,
      maxAllocatedStorage: maxStorageOf(props),
      storageEncrypted: true,
      kmsKeyId: this.key.arn,

      backupRetentionPeriod: backupDays,
      backupWindow: windows.backup,
      maintenanceWindow: windows.maintenance,
      applyImmediately: false,
      copyTagsToSnapshot: true,
      deletionProtection: protect,
      skipFinalSnapshot: !finalSnapshot,
      ...(finalSnapshot && { finalSnapshotIdentifier: this.finalSnapshot.identifier }),
      deleteAutomatedBackups: !finalSnapshot,

      ...this.insights(props.class),
      monitoringInterval: 60,
      monitoringRoleArn: this.monitoring.role.arn,
      enabledCloudwatchLogsExports: [...exportedLogs],

      lifecycle: { preventDestroy: protect },
      // WHY: RDS makes the log groups itself where it finds none: never expiring and without our key. And it refuses a role
      // whose permission is not attached yet.
      dependsOn: [...this.logGroups, this.monitoring.policy],
    });
  }

  private insights(instanceClass: InstanceClass) {
    if (!supportsPerformanceInsights(instanceClass)) return { performanceInsightsEnabled: false };
    return {
      performanceInsightsEnabled: true,
      performanceInsightsKmsKeyId: this.key.arn,
      // Days; the longest that is free of charge.
      performanceInsightsRetentionPeriod: 7,
    };
  }
}
