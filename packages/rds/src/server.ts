import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity/index.js";
import type { DbInstance } from "@cdktf/provider-aws/lib/db-instance/index.js";
import { DbParameterGroup } from "@cdktf/provider-aws/lib/db-parameter-group/index.js";
import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group/index.js";
import type { KmsKey } from "@cdktf/provider-aws/lib/kms-key/index.js";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group/index.js";
import { encryptionKey, type Gibibytes, nameOf } from "@mainstay/core";
import { type Access, allow, type Endpoint, emptySecurityGroup, type Network } from "@mainstay/vpc";
import { Construct } from "constructs";
import { type Availability, exportedLogs, familyOf, type LogDays, parameters, type Version } from "./decisions.ts";
import { FinalSnapshot } from "./final-snapshot.ts";
import { type InstanceClass, supportsPerformanceInsights } from "./instance-class.ts";
import { MonitoringRole } from "./monitoring-role.ts";
import { windowsOf } from "./windows.ts";

/** What every server is told, with the defaults resolved. */
export interface ServerProps {
  readonly network: Network;
  readonly class: InstanceClass;
  readonly version: Version;
  readonly port: number;
  readonly availability: Availability;
  readonly maxStorage: Gibibytes;
  readonly backupDays: number;
  readonly logDays: LogDays;
  readonly protect: boolean;
  readonly finalSnapshot: boolean;
}

/**
 * A MySQL server on RDS and all that it stands on. What extends it makes the instance: a database, or a replica of one.
 *
 * Network and keys, parameters, logs, monitoring and the final snapshot are the same for both, so that a promoted replica is
 * just what the database was.
 */
export abstract class Server extends Construct implements Endpoint {
  /** Its name in RDS, and in CloudWatch as `DBInstanceIdentifier`. Known when synthesising. */
  readonly identifier: string;
  readonly arn: string;
  readonly class: InstanceClass;
  readonly key: KmsKey;
  readonly securityGroup: SecurityGroup;
  readonly parameterGroup: DbParameterGroup;
  readonly logGroups: readonly CloudwatchLogGroup[];
  readonly monitoring: MonitoringRole;
  readonly finalSnapshot: FinalSnapshot;
  abstract readonly instance: DbInstance;
  abstract readonly endpoint: { readonly host: string; readonly port: number };

  protected readonly account: string;

  protected constructor(scope: Construct, id: string, props: ServerProps) {
    super(scope, id);
    const { network, version, logDays, protect } = props;
    this.class = props.class;
    // Decided here and not read from the server, so that log groups can be made before it.
    this.identifier = nameOf(this, "databaseIdentifier");
    this.account = new DataAwsCallerIdentity(this, "account", {}).accountId;
    this.arn = this.arnIn(network.region, this.identifier);
    this.key = this.createKey(network, protect);
    this.securityGroup = emptySecurityGroup(this, network.vpcId, "server");
    this.parameterGroup = this.createParameterGroup(version);
    this.logGroups = this.createLogGroups(logDays);
    this.monitoring = new MonitoringRole(this, "monitoring", { database: this.arn, account: this.account });
    this.finalSnapshot = new FinalSnapshot(this, "final-snapshot", { database: this.identifier });
  }

  /** Lets `client` connect. Both rules belong to the client: it can live in another stack without a cycle. */
  allowFrom(client: Endpoint): Access {
    return allow({ client, server: this, port: this.endpoint.port, protocol: "mysql" });
  }

  /** WHY not the attribute of a resource: it is known before the server is, and no stack has to read another's state for it. */
  protected arnIn(region: string, identifier: string): string {
    return `arn:aws:rds:${region}:${this.account}:db:${identifier}`;
  }

  protected createSubnetGroup(network: Network): DbSubnetGroup {
    return new DbSubnetGroup(this, "subnet-group", {
      name: nameOf(this, "subnetGroup"),
      description: `${this.node.path}: data tier`,
      subnetIds: network.subnets("data").map(({ id }) => id),
    });
  }

  /** What the instance is told, whatever it is. */
  protected settings(props: ServerProps) {
    const { network, version, port, availability, backupDays, protect, finalSnapshot } = props;
    const windows = windowsOf(network.region);
    return {
      identifier: this.identifier,
      engineVersion: version,
      autoMinorVersionUpgrade: true,
      // A change of `version` is meant; it still waits for the maintenance window.
      allowMajorVersionUpgrade: true,
      instanceClass: props.class,
      multiAz: availability === "multi-az",
      port,

      vpcSecurityGroupIds: [this.securityGroup.id],
      publiclyAccessible: false,
      // No `caCertIdentifier`: RDS takes rds-ca-rsa2048-g1 by itself. The provider would set it by a second change after the
      // creation, and wait for the server twice.
      parameterGroupName: this.parameterGroup.name,
      iamDatabaseAuthenticationEnabled: true,

      storageType: "gp3",
      // Of a replica RDS does not ask, as it is what its source is; but the provider would replace one that does not say it.
      storageEncrypted: true,
      maxAllocatedStorage: props.maxStorage,

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
    };
  }

  private createKey(network: Network, protect: boolean): KmsKey {
    return encryptionKey(this, "key", {
      account: this.account,
      encrypts: "storage, backups, insights, logs",
      logsIn: network.region,
      protect,
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
