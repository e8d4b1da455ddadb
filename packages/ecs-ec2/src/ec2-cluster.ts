import { AutoscalingGroup } from "@cdktf/provider-aws/lib/autoscaling-group/index.js";
import { EcsCapacityProvider } from "@cdktf/provider-aws/lib/ecs-capacity-provider/index.js";
import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster/index.js";
import { EcsClusterCapacityProviders } from "@cdktf/provider-aws/lib/ecs-cluster-capacity-providers/index.js";
import { IamInstanceProfile } from "@cdktf/provider-aws/lib/iam-instance-profile/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js";
import { LaunchTemplate } from "@cdktf/provider-aws/lib/launch-template/index.js";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group/index.js";
import type { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js";
import { check, nameOf, type Problem, tagsOf } from "@mainstay/core";
import type { Architecture, Cluster, Launch, TaskSize } from "@mainstay/ecs-service";
import { allowToInternet, type Endpoint, emptySecurityGroup, type Network } from "@mainstay/vpc";
import { Fn, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { imageParameter, misfits, problems, rootVolume, userData, warmup } from "./decisions.ts";
import { targetCapacity, type Workload, type ZoneLoss } from "./headroom.ts";
import { type InstanceType, instanceTypes } from "./instance-types.ts";

export interface Ec2ClusterProps {
  /** Its application tier gives each zone's instances their addresses. */
  readonly network: Network;

  readonly instances: {
    /** A change replaces instances one by one, draining each. The architecture is the image's: see `instanceTypes`. */
    readonly type: InstanceType;
    /** Instances that always run: with `type` the cost of the cluster at night, and what a lost zone leaves. */
    readonly min: number;
    /** Instances that there can be: the most that the cluster costs. */
    readonly max: number;
  };

  /** What will run here: sizes and capacities as the services get them. Costs nothing; decides how full the cluster may be. */
  readonly workloads: readonly Workload[];

  /**
   * How much goes on at once, without a new instance, when a zone is lost.
   *
   * - `keepBaseline`: the tasks that a capacity always has. Those that autoscaling added wait for new instances, minutes.
   * - `keepLoad`: all tasks. With two zones every instance in use has an empty twin: twice the cost.
   * - `waitForInstances`: nothing is promised. Cheapest, `min: 1` will do; a lost zone can mean an outage of minutes.
   *
   * @default keepBaseline
   */
  readonly onZoneLoss?: ZoneLoss;

  /**
   * Metrics of CloudWatch Container Insights: per task with `enhanced`, per service with `enabled`.
   *
   * @default enhanced; each metric is paid for, so that cost grows with the number of tasks
   */
  readonly insights?: "enhanced" | "enabled" | "disabled";
}

/** What instances may do: be members of a cluster, and be reached through Session Manager instead of SSH. */
const instancePolicies = {
  ecs: "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role",
  "session-manager": "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
} as const;

/**
 * ECS on EC2 instances of all zones, which come and go with the tasks.
 *
 * Survives the loss of an instance or a zone; tasks are drained from an instance before it goes.
 */
export class Ec2Cluster extends Construct implements Cluster, Endpoint {
  readonly cluster: EcsCluster;
  readonly role: IamRole;
  readonly policies: readonly IamRolePolicyAttachment[];
  readonly instanceProfile: IamInstanceProfile;
  /** Of the instances; tasks have their services' own. */
  readonly securityGroup: SecurityGroup;
  readonly egress: VpcSecurityGroupEgressRule;
  readonly launchTemplate: LaunchTemplate;
  readonly autoScalingGroup: AutoscalingGroup;
  readonly capacityProvider: EcsCapacityProvider;
  readonly association: EcsClusterCapacityProviders;

  readonly arn: string;
  readonly name: string;
  readonly architecture: Architecture;
  readonly launch: Launch;
  readonly ready: readonly ITerraformDependable[];
  private readonly type: InstanceType;

  constructor(scope: Construct, id: string, props: Ec2ClusterProps) {
    super(scope, id);
    check(this, problems(props));
    this.type = props.instances.type;
    this.architecture = instanceTypes[this.type].architecture;

    this.cluster = this.createCluster(props);
    this.role = this.createRole();
    this.policies = this.attachPolicies();
    this.instanceProfile = this.createInstanceProfile();
    this.securityGroup = this.createSecurityGroup(props);
    this.egress = this.openToAws();
    this.launchTemplate = this.createLaunchTemplate();
    this.autoScalingGroup = this.createAutoScalingGroup(props);
    this.capacityProvider = this.createCapacityProvider(props);
    this.association = this.associate();

    this.arn = this.cluster.arn;
    this.name = this.cluster.name;
    this.launch = { kind: "capacity-provider", name: this.capacityProvider.name };
    this.ready = [this.association];
  }

  misfits(task: TaskSize): readonly Problem[] {
    return misfits(this.type, task);
  }

  private createCluster({ insights = "enhanced" }: Ec2ClusterProps): EcsCluster {
    return new EcsCluster(this, "cluster", {
      name: nameOf(this, "cluster"),
      setting: [{ name: "containerInsights", value: insights }],
    });
  }

  private createRole(): IamRole {
    return new IamRole(this, "role", {
      name: nameOf(this, "iamRole"),
      description: "Instances of an ECS cluster; tasks have roles of their own",
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
      }),
    });
  }

  private attachPolicies(): IamRolePolicyAttachment[] {
    return Object.entries(instancePolicies).map(
      ([id, policyArn]) => new IamRolePolicyAttachment(this, `policy-${id}`, { role: this.role.name, policyArn }),
    );
  }

  private createInstanceProfile(): IamInstanceProfile {
    return new IamInstanceProfile(this, "instance-profile", { name: nameOf(this, "iamRole"), role: this.role.name });
  }

  private createSecurityGroup({ network }: Ec2ClusterProps): SecurityGroup {
    return emptySecurityGroup(this, network.vpcId, "instances");
  }

  /** The agent calls ECS, ECR, CloudWatch Logs and Secrets Manager; nothing calls an instance. */
  private openToAws(): VpcSecurityGroupEgressRule {
    return allowToInternet({ client: this, port: 443, protocol: "https" });
  }

  private createLaunchTemplate(): LaunchTemplate {
    const tags = { ...tagsOf(this), Name: nameOf(this, "tag") };
    return new LaunchTemplate(this, "launch-template", {
      name: nameOf(this, "launchTemplate"),
      imageId: imageParameter(this.architecture),
      instanceType: this.type,
      iamInstanceProfile: { arn: this.instanceProfile.arn },
      vpcSecurityGroupIds: [this.securityGroup.id],
      userData: Fn.base64encode(userData(this.cluster.name)),
      metadataOptions: {
        httpEndpoint: "enabled",
        httpTokens: "required",
        // WHY: one hop ends at the instance, so that no container can ask for the instance's credentials (EC2 guide, IMDS).
        httpPutResponseHopLimit: 1,
        instanceMetadataTags: "enabled",
      },
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: {
            volumeType: "gp3",
            volumeSize: rootVolume,
            deleteOnTermination: "true",
            // WHY: with the account's own key for EBS. A customer key needs a grant for the service-linked role of Auto
            // Scaling, which a new account lacks, and the disk has nothing but images and logs (Auto Scaling guide, KMS).
            encrypted: "true",
          },
        },
      ],
      monitoring: { enabled: true },
      tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({ resourceType, tags })),
      updateDefaultVersion: true,
    });
  }

  private createAutoScalingGroup({ network, instances: { min, max } }: Ec2ClusterProps): AutoscalingGroup {
    return new AutoscalingGroup(this, "auto-scaling-group", {
      name: nameOf(this, "autoScalingGroup"),
      vpcZoneIdentifier: network.subnets("application").map(({ id }) => id),
      minSize: min,
      maxSize: max,
      launchTemplate: { id: this.launchTemplate.id, version: Fn.tostring(this.launchTemplate.latestVersion) },
      // WHY: the load balancer checks tasks by their own addresses and knows no instance; ECS replaces unhealthy tasks.
      healthCheckType: "EC2",
      healthCheckGracePeriod: warmup,
      defaultInstanceWarmup: warmup,
      // WHY: managed termination protection needs it: only ECS knows which instance has no tasks (ECS guide).
      protectFromScaleIn: true,
      // WHY: a lost zone is made up for in the others; `balanced-only` would go on trying in the lost one.
      availabilityZoneDistribution: { capacityDistributionStrategy: "balanced-best-effort" },
      // WHY: 200 % lets all instances of a lost zone be replaced at once instead of one after another.
      instanceMaintenancePolicy: { minHealthyPercentage: 100, maxHealthyPercentage: 200 },
      // WHY: images are newest at launch, so that the instances of an old launch template are the ones to go first.
      terminationPolicies: ["OldestLaunchTemplate", "OldestInstance"],
      enabledMetrics: [
        "GroupDesiredCapacity",
        "GroupInServiceInstances",
        "GroupPendingInstances",
        "GroupTotalInstances",
      ],
      instanceRefresh: {
        strategy: "Rolling",
        preferences: {
          minHealthyPercentage: 100,
          maxHealthyPercentage: 110,
          // WHY: all instances are protected; the default ignores those for an hour and then fails (Auto Scaling guide).
          scaleInProtectedInstances: "Refresh",
          // WHY: AWS cannot roll back a template whose image is a parameter (API reference, RefreshPreferences).
          autoRollback: false,
        },
      },
      tag: [
        // WHY: ECS adds it by itself, and every later plan would take it away (terraform-provider-aws#12582).
        { key: "AmazonECSManaged", value: "true", propagateAtLaunch: true },
        ...Object.entries(tagsOf(this)).map(([key, value]) => ({ key, value, propagateAtLaunch: false })),
      ],
      waitForCapacityTimeout: "10m",
      // WHY: without it a destroy waits for instances that are protected or still drain (terraform-provider-aws#18849).
      // Services are gone by then, so that no task is cut.
      forceDelete: true,
      // WHY: an instance whose policy or way out went first cannot sign off from its cluster.
      dependsOn: [...this.policies, this.egress],
      // WHY: managed scaling owns the number; an apply would set it back (terraform-provider-aws#335).
      lifecycle: { ignoreChanges: ["desired_capacity"] },
    });
  }

  private createCapacityProvider({
    network,
    instances,
    workloads,
    onZoneLoss = "keepBaseline",
  }: Ec2ClusterProps): EcsCapacityProvider {
    const zones = network.zones.length;
    return new EcsCapacityProvider(this, "capacity-provider", {
      // WHY: ECS refuses names that begin with aws, ecs or fargate, as that of an environment may.
      name: `on-${nameOf(this, "capacityProvider")}`,
      autoScalingGroupProvider: {
        autoScalingGroupArn: this.autoScalingGroup.arn,
        managedDraining: "ENABLED",
        managedTerminationProtection: "ENABLED",
        managedScaling: {
          status: "ENABLED",
          targetCapacity: targetCapacity({ ...instances, zones, workloads, onZoneLoss }),
          instanceWarmupPeriod: warmup,
          minimumScalingStepSize: 1,
          maximumScalingStepSize: instances.max,
        },
      },
    });
  }

  private associate(): EcsClusterCapacityProviders {
    return new EcsClusterCapacityProviders(this, "association", {
      clusterName: this.cluster.name,
      capacityProviders: [this.capacityProvider.name],
      defaultCapacityProviderStrategy: [{ capacityProvider: this.capacityProvider.name, base: 0, weight: 1 }],
    });
  }
}
