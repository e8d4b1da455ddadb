import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity/index.js";
import { EcsService } from "@cdktf/provider-aws/lib/ecs-service/index.js";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition/index.js";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import type { KmsKey } from "@cdktf/provider-aws/lib/kms-key/index.js";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group/index.js";
import { contract, variables } from "@mainstay/contract";
import { check, encryptionKey, nameOf } from "@mainstay/core";
import { type Endpoint, emptySecurityGroup, type Network } from "@mainstay/vpc";
import { Op, TerraformSelf } from "cdktf";
import { Construct } from "constructs";
import { type Capacity, leastTasks } from "./capacity.ts";
import type { Cluster, TaskSize } from "./cluster.ts";
import { containerDefinition, type Mount, type SecretLocation, type SecretReference, scratch } from "./container.ts";
import { type LogDays, patience, problems, rolling } from "./decisions.ts";
import { type Image, imageReference } from "./image.ts";
import { keepUntilStopped } from "./order.ts";
import { document, files } from "./permissions.ts";
import { executionRole, taskRole } from "./roles.ts";
import { type RollbackAlarms, rollbackAlarmsOf } from "./rollback-alarms.ts";
import type { Route } from "./route.ts";
import { type Scaling, scale } from "./scaling.ts";
import type { OpenFiles, Storage } from "./storage.ts";

export interface ServiceProps {
  /** Where the tasks run. A change replaces the service. */
  readonly cluster: Cluster;

  /** Its application tier gives each task an address. */
  readonly network: Network;

  /** What runs, by digest: see `imageDigest`. A change is a rolling deployment. */
  readonly image: Image;

  /** What one task may use. A change is a rolling deployment; cost follows it. */
  readonly task: TaskSize;

  /** `fixed(n)` or `autoscaled({ min, max })`. Two tasks or more survive the loss of a task, an instance or a zone. */
  readonly capacity: Capacity;

  /**
   * How requests come in: called with this service, and made in its scope.
   *
   * @default the service takes no requests from a load balancer
   */
  readonly route?: (service: Endpoint) => Route;

  /**
   * Environment variables, readable by everybody who may read state or console. A change is a rolling deployment.
   *
   * @default only those that the service sets: port, and directory of `storage`
   */
  readonly environment?: Readonly<Record<string, string>>;

  /**
   * Environment variables whose values ECS reads from Secrets Manager when a task starts.
   *
   * @default none
   */
  readonly secrets?: Readonly<Record<string, SecretReference>>;

  /**
   * Environment variables with the ARNs of secrets that the application reads itself, as the role of the task and as often as it likes: for
   * what is rotated, since a running task never sees a new value of `secrets`. It needs a way to Secrets Manager: an opening to an
   * interface endpoint, or to the internet.
   *
   * @default none
   */
  readonly secretArns?: Readonly<Record<string, SecretLocation>>;

  /**
   * Files that outlive tasks and are shared by them.
   *
   * @default none: everything that a task writes goes with it
   */
  readonly storage?: Storage;

  /**
   * Seconds that a task gets to end after it was told to, before it is killed: longer than the load balancer drains it. A change is
   * a rolling deployment.
   *
   * @default 45, the contract's
   */
  readonly stopTimeout?: number;

  /**
   * Days that logs are kept. Costs about the same per month as a day of them costs to take in, for each month kept.
   *
   * @default 30
   */
  readonly logRetention?: LogDays;

  /**
   * Topics that hear of the alarms which take a deployment back.
   *
   * @default nobody: the deployment fails, and that is seen
   */
  readonly notify?: readonly { readonly arn: string }[];

  /**
   * Lets people with the permission `ecs:ExecuteCommand` open a shell in a running task. A change is a rolling deployment.
   *
   * @default false: what cannot be entered cannot be changed by hand. The read-only root leaves little to see anyway
   */
  readonly executeCommand?: boolean;
}

/**
 * One container image, kept running in every zone, and replaced without a request lost.
 *
 * Survives the loss of a task, an instance or a zone with the tasks that are left; what is lost starts again elsewhere.
 */
export class Service extends Construct implements Endpoint {
  readonly securityGroup: SecurityGroup;
  readonly route: Route | undefined;
  readonly logKey: KmsKey;
  readonly logGroup: CloudwatchLogGroup;
  readonly executionRole: IamRole;
  readonly executionPolicy: IamRolePolicy;
  readonly taskRole: IamRole;
  /** What lets it read `secretArns`; undefined where there are none. */
  readonly secretsPolicy: IamRolePolicy | undefined;
  /** How it reaches its files; undefined without `storage`. */
  readonly files: OpenFiles | undefined;
  readonly taskDefinition: EcsTaskDefinition;
  readonly alarms: RollbackAlarms | undefined;
  readonly service: EcsService;
  readonly scaling: Scaling | undefined;

  constructor(scope: Construct, id: string, props: ServiceProps) {
    super(scope, id);
    check(this, problems(props));
    const { accountId } = new DataAwsCallerIdentity(this, "account", {});

    this.securityGroup = this.createSecurityGroup(props);
    this.route = props.route?.(this);
    this.logKey = this.createLogKey(props, accountId);
    this.logGroup = this.createLogGroup(props);
    const place = { account: accountId, region: props.network.region };
    const execution = executionRole(this, place, {
      repositoryArn: props.image.repository.arn,
      logGroupArn: this.logGroup.arn,
      secrets: Object.values(props.secrets ?? {}),
    });
    this.executionRole = execution.role;
    this.executionPolicy = execution.policy;
    const task = taskRole(this, place, Object.values(props.secretArns ?? {}));
    this.taskRole = task.role;
    this.secretsPolicy = task.policy;
    this.files = props.storage && this.open(props.storage);
    this.taskDefinition = this.createTaskDefinition(props);
    this.alarms = this.route && rollbackAlarmsOf(this, this.route, props.notify ?? []);
    this.service = this.createService(props);
    this.scaling = scale(this, this.service, props, this.route);
    keepUntilStopped(this, this.service);
  }

  private createSecurityGroup({ network }: ServiceProps): SecurityGroup {
    return emptySecurityGroup(this, network.vpcId, "tasks");
  }

  private createLogKey({ network }: ServiceProps, account: string): KmsKey {
    return encryptionKey(this, "log-key", { account, encrypts: "logs at rest", logsIn: network.region });
  }

  private createLogGroup({ logRetention = 30 }: ServiceProps): CloudwatchLogGroup {
    return new CloudwatchLogGroup(this, "logs", {
      name: nameOf(this, "logGroup"),
      retentionInDays: logRetention,
      kmsKeyId: this.logKey.arn,
    });
  }

  private createTaskDefinition(props: ServiceProps): EcsTaskDefinition {
    const { cluster, network, image, task, environment = {}, secrets = {}, secretArns = {}, storage } = props;
    const { stopTimeout = contract.shutdown.stopTimeout } = props;
    const arns = Object.fromEntries(Object.entries(secretArns).map(([name, { arn }]) => [name, arn]));
    const mounts: Mount[] = [scratch, ...(storage ? [{ volume: "files", path: mountPath(storage) }] : [])];
    return new EcsTaskDefinition(this, "task-definition", {
      family: nameOf(this, "taskFamily"),
      requiresCompatibilities: ["EC2"],
      networkMode: "awsvpc",
      cpu: String(task.cpu),
      memory: String(task.memory),
      runtimePlatform: {
        operatingSystemFamily: "LINUX",
        cpuArchitecture: cluster.architecture === "arm64" ? "ARM64" : "X86_64",
      },
      executionRoleArn: this.executionRole.arn,
      taskRoleArn: this.taskRole.arn,
      volume: [{ name: scratch.volume }, ...(storage && this.files ? [mount(storage, this.files)] : [])],
      containerDefinitions: JSON.stringify([
        containerDefinition({
          name: this.node.id,
          image: imageReference(image),
          region: network.region,
          logGroup: this.logGroup.name,
          environment: {
            ...environment,
            ...arns,
            ...(storage && { [variables.documentsDirectory]: mountPath(storage) }),
          },
          secrets,
          mounts,
          stopTimeout,
        }),
      ]),
      // WHY: Terraform would deregister the revision that the circuit breaker goes back to. Revisions cost nothing.
      skipDestroy: true,
    });
  }

  private open({ files: storage, directory, owner = contract.user }: Storage): OpenFiles {
    const accessPoint = storage.accessPoint(this.node.id, { directory, owner });
    const access = storage.allowFrom(this);
    const policy = new IamRolePolicy(this, "files-policy", {
      name: "files",
      role: this.taskRole.id,
      policy: document([files(storage.fileSystem.arn, accessPoint.arn)]),
    });
    return { accessPoint, access, policy };
  }

  private createService(props: ServiceProps): EcsService {
    const { cluster, network, capacity, executeCommand = false } = props;
    return new EcsService(this, "service", {
      name: nameOf(this, "service"),
      cluster: cluster.arn,
      taskDefinition: this.taskDefinition.arn,
      desiredCount: leastTasks(capacity),
      capacityProviderStrategy: [{ capacityProvider: cluster.launch.name, base: 0, weight: 1 }],
      networkConfiguration: {
        subnets: network.subnets("application").map(({ id }) => id),
        securityGroups: [this.securityGroup.id],
        assignPublicIp: false,
      },
      ...(this.route && {
        loadBalancer: [
          {
            targetGroupArn: this.route.targetGroup.arn,
            containerName: this.node.id,
            containerPort: contract.port,
          },
        ],
        healthCheckGracePeriodSeconds: contract.health.grace,
      }),
      // WHY: rebalancing needs the spread over zones to come first (ECS guide, service rebalancing).
      availabilityZoneRebalancing: "ENABLED",
      orderedPlacementStrategy: [
        { type: "spread", field: "attribute:ecs.availability-zone" },
        { type: "binpack", field: "memory" },
      ],
      deploymentMinimumHealthyPercent: rolling.minimum,
      deploymentMaximumPercent: rolling.maximum,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      ...(this.alarms && {
        alarms: {
          alarmNames: Object.values(this.alarms).map(({ alarmName }) => alarmName),
          enable: true,
          rollback: true,
        },
      }),
      waitForSteadyState: true,
      timeouts: {
        create: `${patience.change}s`,
        update: `${patience.change}s`,
        delete: `${patience.removal}s`,
      },
      enableExecuteCommand: executeCommand,
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
      // WHY: ECS takes no service of a capacity provider that its cluster does not have yet, nor of a target group that no load balancer uses
      // (ECS API, CreateService).
      dependsOn: [...cluster.ready, ...(this.route ? [this.route.rule] : [])],
      lifecycle: {
        // WHY: autoscaling owns the number; an apply would set it back in the busiest hour (terraform-provider-aws#335).
        ...(capacity.kind === "autoscaled" && { ignoreChanges: ["desired_count"] }),
        postcondition: [
          {
            // WHY: a rollback ends in a steady state as well, and was reported as success (terraform-provider-aws#20858).
            condition: Op.eq(TerraformSelf.getString("task_definition"), this.taskDefinition.arn),
            errorMessage: `ECS took the deployment of ${nameOf(this, "service")} back: the revision before runs. Its events say why: aws ecs describe-services --services ${nameOf(this, "service")}`,
          },
        ],
      },
    });
  }
}

/** The volume of a task definition. */
function mount({ files: { fileSystem } }: Storage, { accessPoint }: OpenFiles) {
  return {
    name: "files",
    efsVolumeConfiguration: {
      fileSystemId: fileSystem.id,
      transitEncryption: "ENABLED",
      authorizationConfig: { accessPointId: accessPoint.id, iam: "ENABLED" },
    },
  };
}

function mountPath({ mountPath: path = contract.documents.directory }: Storage): string {
  return path;
}
