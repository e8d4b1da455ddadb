import { AutoscalingGroup } from "@cdktf/provider-aws/lib/autoscaling-group/index.js";
import { EcsCapacityProvider } from "@cdktf/provider-aws/lib/ecs-capacity-provider/index.js";
import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster/index.js";
import { EcsClusterCapacityProviders } from "@cdktf/provider-aws/lib/ecs-cluster-capacity-providers/index.js";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js";
import { LaunchTemplate } from "@cdktf/provider-aws/lib/launch-template/index.js";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group/index.js";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js";
import { describe, expect, it } from "@jest/globals";
import { mib, type Zone } from "@mainstay/core";
import { autoscaled, fixed, Service } from "@mainstay/ecs-service";
import { mistakes, reference, type Synthesized, synthesize, testStack } from "@mainstay/testing";
import { testNetwork } from "@mainstay/vpc/testing";
import { Ec2Cluster, type Ec2ClusterProps, type InstanceType } from "./index.ts";

const api = { task: { cpu: 512, memory: mib(1024) }, capacity: fixed(2) };

describe("Ec2Cluster", () => {
  it("pain 27: construct renames destroy resources: addresses are locked", () => {
    expect(synth().addresses).toMatchInlineSnapshot(`
      [
        "aws_autoscaling_group.cluster_auto-scaling-group",
        "aws_ecs_capacity_provider.cluster_capacity-provider",
        "aws_ecs_cluster.cluster_cluster",
        "aws_ecs_cluster_capacity_providers.cluster_association",
        "aws_iam_instance_profile.cluster_instance-profile",
        "aws_iam_role.cluster_role",
        "aws_iam_role_policy_attachment.cluster_policy-ecs",
        "aws_iam_role_policy_attachment.cluster_policy-session-manager",
        "aws_launch_template.cluster_launch-template",
        "aws_security_group.cluster_security-group",
        "aws_vpc_security_group_egress_rule.cluster_to-internet-https",
      ]
    `);
  });

  it("has instances in every zone, within its bounds", () => {
    expect(synth({ zones: ["eu-west-1a", "eu-west-1b", "eu-west-1c"] }).the(AutoscalingGroup)).toMatchObject({
      min_size: 2,
      max_size: 4,
      vpc_zone_identifier: [
        "subnet-application-eu-west-1a",
        "subnet-application-eu-west-1b",
        "subnet-application-eu-west-1c",
      ],
      availability_zone_distribution: {
        capacity_distribution_strategy: "balanced-best-effort",
      },
    });
  });

  it("leaves the number of instances to managed scaling", () => {
    const group = synth().the(AutoscalingGroup);
    expect(group).not.toHaveProperty("desired_capacity");
    expect(group.lifecycle.ignore_changes).toEqual(["desired_capacity"]);
    expect(synth().the(EcsCapacityProvider).auto_scaling_group_provider.managed_scaling).toMatchObject({
      status: "ENABLED",
      target_capacity: 100,
      maximum_scaling_step_size: 4,
    });
  });

  it("pain 15: slow ECS scale-in, two instances from zero: keeps what a zone leaves ready", () => {
    const capacity = autoscaled({ min: 2, max: 4 });
    const found = synth({
      workloads: [{ ...api, capacity }],
      onZoneLoss: "keepLoad",
    });
    expect(found.the(EcsCapacityProvider).auto_scaling_group_provider.managed_scaling.target_capacity).toBe(50);
  });

  it("replaces instances by refresh, also protected ones, never below full strength", () => {
    expect(synth().the(AutoscalingGroup).instance_refresh).toMatchObject({
      strategy: "Rolling",
      preferences: {
        min_healthy_percentage: 100,
        scale_in_protected_instances: "Refresh",
      },
    });
    expect(synth().the(AutoscalingGroup).launch_template.version).toContain("latest_version");
  });

  it("is what services use unless they say otherwise", () => {
    const provider = reference("aws_ecs_capacity_provider.cluster_capacity-provider.name");
    expect(synth().the(EcsClusterCapacityProviders)).toMatchObject({
      capacity_providers: [provider],
      default_capacity_provider_strategy: [{ capacity_provider: provider }],
    });
  });

  it("names its capacity provider as ECS allows, whatever the environment is called", () => {
    expect(synth({ blueprint: "ecs-documentdb" }).the(EcsCapacityProvider).name).not.toMatch(/^(aws|ecs|fargate)/);
  });

  it("says what images it runs", () => {
    expect(build({ type: "m7i.large" }).cluster.architecture).toBe("x86_64");
    expect(build({ type: "m7g.large" }).cluster.architecture).toBe("arm64");
  });

  it("has metrics of its tasks", () => {
    expect(synth().the(EcsCluster).setting).toEqual([{ name: "containerInsights", value: "enhanced" }]);
    expect(synth({ insights: "disabled" }).the(EcsCluster).setting).toEqual([
      { name: "containerInsights", value: "disabled" },
    ]);
  });
});

describe("tags", () => {
  it("pain 8: `AmazonECSManaged` tag drift: it is declared, and reaches the instances", () => {
    expect(synth().the(AutoscalingGroup).tag).toContainEqual({
      key: "AmazonECSManaged",
      value: "true",
      propagate_at_launch: true,
    });
  });

  it("reach what default_tags do not: group, instances, volumes, interfaces", () => {
    const found = synth();
    expect(found.the(AutoscalingGroup).tag).toContainEqual(expect.objectContaining({ key: "Owner", value: "team" }));
    const specifications: {
      readonly resource_type: string;
      readonly tags: Record<string, string>;
    }[] = found.the(LaunchTemplate).tag_specifications;
    expect(specifications.map(({ resource_type: kind }) => kind)).toEqual(["instance", "volume", "network-interface"]);
    for (const { tags } of specifications)
      expect(tags).toMatchObject({
        Owner: "team",
        Name: "clinic-test-cluster",
      });
  });
});

describe("instances", () => {
  it.each<[InstanceType, string]>([
    ["m7g.large", "amazon-linux-2023/arm64/"],
    ["m7i.large", "amazon-linux-2023/"],
  ])("of %s run the newest ECS-optimised Amazon Linux 2023", (type, path) => {
    expect(synth({ type }).the(LaunchTemplate)).toMatchObject({
      instance_type: type,
      image_id: `resolve:ssm:/aws/service/ecs/optimized-ami/${path}recommended/image_id`,
    });
  });

  it("give no container their credentials", () => {
    expect(synth().the(LaunchTemplate).metadata_options).toMatchObject({
      http_tokens: "required",
      http_put_response_hop_limit: 1,
    });
    expect(userData()).toContain("ECS_AWSVPC_BLOCK_IMDS=true");
  });

  it("have an encrypted gp3 disk", () => {
    expect(synth().the(LaunchTemplate).block_device_mappings).toEqual([
      {
        device_name: "/dev/xvda",
        ebs: expect.objectContaining({ encrypted: "true", volume_type: "gp3" }),
      },
    ]);
  });

  it("join their cluster, and keep memory for themselves as the headroom counts on", () => {
    expect(userData()).toContain(`ECS_CLUSTER=${reference("aws_ecs_cluster.cluster_cluster.name")}`);
    expect(userData()).toContain("ECS_RESERVED_MEMORY=256");
    expect(synth().the(LaunchTemplate).user_data).toContain("base64encode(");
  });

  it("start tasks while the registry is out of reach, from images they have", () => {
    expect(userData()).toContain("ECS_IMAGE_PULL_BEHAVIOR=once");
  });

  it("may do nothing but be members of a cluster and be managed", () => {
    const policies = Object.values(synth().all(IamRolePolicyAttachment)).map(({ policy_arn: arn }) => arn);
    expect(policies).toEqual([
      "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role",
      "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
    ]);
  });

  it("pain 5: inline and separate security group rules fight: nothing comes in, only https goes out, by a separate rule", () => {
    const found = synth();
    expect(found.the(SecurityGroup)).not.toHaveProperty("ingress");
    expect(found.the(SecurityGroup)).not.toHaveProperty("egress");
    expect(found.all(VpcSecurityGroupIngressRule)).toEqual({});
    expect(found.the(VpcSecurityGroupEgressRule)).toMatchObject({
      from_port: 443,
      to_port: 443,
      ip_protocol: "tcp",
    });
  });
});

describe("destroy", () => {
  it("pain 7: destroy hangs on ASG + capacity provider: instances are drained while services run, and end at once after them", () => {
    const found = synth();
    expect(found.the(AutoscalingGroup)).toMatchObject({
      force_delete: true,
      protect_from_scale_in: true,
    });
    expect(found.the(EcsCapacityProvider).auto_scaling_group_provider).toMatchObject({
      managed_draining: "ENABLED",
      managed_termination_protection: "ENABLED",
    });
  });

  it("pain 7: destroy hangs on ASG + capacity provider: service, association, provider, group, cluster, in this order", () => {
    const { stack, cluster } = build();
    new Service(stack, "api", {
      ...api,
      cluster,
      network: testNetwork(),
      image: {
        repository: { arn: "arn:repository", url: "registry/api" },
        digest: "sha256:0",
      },
    });
    const needs = dependencies(synthesize(stack));
    const order = [
      "aws_ecs_service.api_service",
      "aws_ecs_cluster_capacity_providers.cluster_association",
      "aws_ecs_capacity_provider.cluster_capacity-provider",
      "aws_autoscaling_group.cluster_auto-scaling-group",
      "aws_launch_template.cluster_launch-template",
      "aws_ecs_cluster.cluster_cluster",
    ];
    for (const [place, first] of order.entries()) {
      for (const later of order.slice(place + 1)) expect(needs(first)).toContain(later);
    }
  });

  it("pain 7: instances can sign off: their policies and their way out go after them", () => {
    expect(dependencies(synth())("aws_autoscaling_group.cluster_auto-scaling-group")).toEqual(
      expect.arrayContaining([
        "aws_iam_role_policy_attachment.cluster_policy-ecs",
        "aws_vpc_security_group_egress_rule.cluster_to-internet-https",
        "aws_iam_role.cluster_role",
      ]),
    );
  });
});

describe("mistakes", () => {
  it("a cluster of one zone is refused", () => {
    expect(mistakesOf({ zones: ["eu-west-1a"] })).toContain(
      'network.zones is ["eu-west-1a"]; allowed: two zones or more.',
    );
  });

  it("bounds that are none are refused", () => {
    expect(mistakesOf({ min: 3, max: 2 })).toContain('instances is {"min":3,"max":2};');
    expect(mistakesOf({ min: 1.5 })).toContain("instances is");
  });

  it("a baseline that does not survive a zone is refused, with the number that would", () => {
    const said = mistakesOf({ workloads: [{ ...api, capacity: fixed(3) }] });
    expect(said).toContain("instances.min is 2; allowed: 4 or more");
    expect(mistakesOf({ workloads: [{ ...api, capacity: fixed(3) }], min: 4 })).toBe("");
  });

  it("a baseline that does not survive a zone is taken from who says that this is fine", () => {
    expect(mistakesOf({ min: 1 })).toContain("instances.min is 1; allowed: 2 or more");
    expect(mistakesOf({ min: 1, onZoneLoss: "waitForInstances" })).toBe("");
  });

  it("a peak that leaves no place for a deployment is refused, with the number that would", () => {
    const workloads = [{ ...api, capacity: autoscaled({ min: 2, max: 8 }) }];
    expect(mistakesOf({ workloads })).toContain("instances.max is 4; allowed: 5 or more");
    expect(mistakesOf({ workloads, max: 5 })).toBe("");
  });

  it("keepLoad without instances for it is refused, with the number that would do", () => {
    const workloads = [{ ...api, capacity: autoscaled({ min: 2, max: 6 }) }];
    expect(mistakesOf({ workloads })).toBe("");
    expect(mistakesOf({ workloads, onZoneLoss: "keepLoad" })).toContain(
      "instances.max is 4; allowed: 6 or more for keepLoad",
    );
    expect(mistakesOf({ workloads, onZoneLoss: "keepLoad", max: 6 })).toBe("");
  });

  it("a task larger than an instance is refused, with a type of the same architecture that is large enough", () => {
    const task = { cpu: 1024, memory: mib(12_000) };
    expect(mistakesOf({ workloads: [{ task, capacity: fixed(2) }] })).toMatch(
      /at most 2048 CPU units and 7321 MiB.*t4g\.xlarge/,
    );
    expect(build().cluster.misfits(task)).toHaveLength(1);
    expect(build().cluster.misfits(api.task)).toEqual([]);
  });
});

interface Choices extends Partial<Ec2ClusterProps> {
  readonly zones?: readonly Zone[];
  readonly type?: InstanceType;
  readonly min?: number;
  readonly max?: number;
  readonly blueprint?: string;
}

function build({ zones, type = "m7g.large", min = 2, max = 4, blueprint = "clinic", ...props }: Choices = {}) {
  const stack = testStack({ blueprint });
  const cluster = new Ec2Cluster(stack, "cluster", {
    network: testNetwork(zones),
    instances: { type, min, max },
    workloads: [api],
    ...props,
  });
  return { stack, cluster };
}

function synth(choices?: Choices): Synthesized {
  return synthesize(build(choices).stack);
}

function mistakesOf(choices: Choices): string {
  return mistakes(build(choices).stack);
}

function userData(): string {
  return synth().the(LaunchTemplate).user_data.replaceAll("\\n", "\n");
}

/** What a resource needs, directly or by others, by reference or `depends_on`: Terraform destroys all of it later. */
function dependencies({ addresses, json }: Synthesized): (address: string) => string[] {
  const direct = (address: string): string[] => {
    const [type = "", name = ""] = address.split(".");
    const mentioned = JSON.stringify(json.resource[type][name]).match(/\baws_\w+\.[\w-]+/g) ?? [];
    return mentioned.filter((other) => other !== address && addresses.includes(other));
  };
  return (address) => {
    const found = new Set<string>();
    const visit = (one: string): void => {
      for (const other of direct(one).filter((next) => !found.has(next))) {
        found.add(other);
        visit(other);
      }
    };
    visit(address);
    return [...found];
  };
}
