import { describe, expect, it } from "@jest/globals";
import { graphOf } from "../graph/graph.ts";
import type { JsonObject } from "../read/json.ts";
import { type Resources, reference, stackOf } from "../testing.ts";
import { unused } from "./unused.ts";
import { usageRules } from "./usage.ts";

const trust = JSON.stringify({ Statement: [{ Principal: { Service: "ecs-tasks.amazonaws.com" } }] });

/** By type: what it has to say of itself; what only names it; what uses it. */
const cases: Readonly<
  Record<string, { readonly own?: JsonObject; readonly named?: Resources; readonly used: Resources }>
> = {
  aws_acm_certificate: {
    named: {
      "aws_route53_record.proof": { name: of("aws_acm_certificate", "domain_validation_options") },
      "aws_acm_certificate_validation.wait": { certificate_arn: of("aws_acm_certificate", "arn") },
    },
    used: {
      "aws_acm_certificate_validation.wait": { certificate_arn: of("aws_acm_certificate", "arn") },
      "aws_lb_listener.https": { certificate_arn: reference("aws_acm_certificate_validation.wait.certificate_arn") },
    },
  },
  aws_cloudwatch_log_group: {
    own: { name: "clinic-api" },
    named: { "aws_cloudwatch_log_metric_filter.errors": { log_group_name: of("aws_cloudwatch_log_group", "name") } },
    used: { "aws_db_instance.main": { depends_on: ["aws_cloudwatch_log_group.it"] } },
  },
  aws_db_parameter_group: {
    used: { "aws_db_instance.main": { parameter_group_name: of("aws_db_parameter_group", "name") } },
  },
  aws_db_subnet_group: {
    used: { "aws_db_instance.main": { db_subnet_group_name: of("aws_db_subnet_group", "name") } },
  },
  aws_ebs_volume: { used: { "aws_volume_attachment.data": { volume_id: of("aws_ebs_volume", "id") } } },
  aws_ecr_repository: {
    named: {
      "aws_ecr_lifecycle_policy.old": { repository: of("aws_ecr_repository", "name") },
      "aws_iam_role_policy.pull": { policy: of("aws_ecr_repository", "arn") },
      "aws_ecs_task_definition.other": { container_definitions: '[{"image":"public.ecr.aws/nginx/nginx"}]' },
    },
    used: {
      "aws_ecs_task_definition.api": {
        container_definitions: `[{"image":"${of("aws_ecr_repository", "repository_url")}"}]`,
      },
    },
  },
  aws_efs_file_system: {
    named: { "aws_efs_access_point.api": { file_system_id: of("aws_efs_file_system", "id") } },
    used: { "aws_efs_mount_target.a": { file_system_id: of("aws_efs_file_system", "id") } },
  },
  aws_eip: { used: { "aws_nat_gateway.a": { allocation_id: of("aws_eip", "allocation_id") } } },
  aws_iam_instance_profile: {
    used: { "aws_launch_template.a": { iam_instance_profile: { arn: of("aws_iam_instance_profile", "arn") } } },
  },
  aws_iam_policy: { used: { "aws_iam_role_policy_attachment.a": { policy_arn: of("aws_iam_policy", "arn") } } },
  aws_iam_role: {
    own: { assume_role_policy: trust },
    named: {
      "aws_iam_role_policy.a": { role: of("aws_iam_role", "id") },
      "aws_iam_role_policy_attachment.a": { role: of("aws_iam_role", "name") },
      "aws_iam_instance_profile.a": { role: of("aws_iam_role", "name") },
    },
    used: { "aws_ecs_task_definition.a": { task_role_arn: of("aws_iam_role", "arn") } },
  },
  aws_internet_gateway: {
    named: { "aws_nat_gateway.a": { depends_on: ["aws_internet_gateway.it"] } },
    used: { "aws_route.out": { gateway_id: of("aws_internet_gateway", "id") } },
  },
  aws_kms_key: {
    named: {
      "aws_kms_alias.a": { name: "alias/clinic", target_key_id: of("aws_kms_key", "id") },
      "aws_kms_key_policy.a": { key_id: of("aws_kms_key", "id") },
    },
    used: { "aws_efs_file_system.files": { kms_key_id: of("aws_kms_key", "arn") } },
  },
  aws_launch_template: {
    used: { "aws_autoscaling_group.a": { launch_template: { id: of("aws_launch_template", "id") } } },
  },
  aws_lb: {
    named: { "aws_route53_record.a": { alias: { name: of("aws_lb", "dns_name") } } },
    used: { "aws_lb_listener.https": { load_balancer_arn: of("aws_lb", "arn") } },
  },
  aws_lb_target_group: {
    named: {
      "aws_ecs_service.api": { load_balancer: [{ target_group_arn: of("aws_lb_target_group", "arn") }] },
      "aws_lb_listener.http": { depends_on: ["aws_lb_target_group.it"] },
    },
    used: { "aws_lb_listener_rule.api": { action: [{ target_group_arn: of("aws_lb_target_group", "arn") }] } },
  },
  aws_nat_gateway: {
    named: { "aws_cloudwatch_metric_alarm.a": { dimensions: { NatGatewayId: of("aws_nat_gateway", "id") } } },
    used: { "aws_route.out": { nat_gateway_id: of("aws_nat_gateway", "id") } },
  },
  aws_route_table: {
    named: {
      "aws_route.out": { route_table_id: of("aws_route_table", "id") },
      "aws_vpc_endpoint_route_table_association.s3": { route_table_id: of("aws_route_table", "id") },
    },
    used: { "aws_route_table_association.a": { route_table_id: of("aws_route_table", "id") } },
  },
  aws_security_group: {
    named: {
      "aws_vpc_security_group_ingress_rule.own": { security_group_id: of("aws_security_group", "id") },
      "aws_vpc_security_group_egress_rule.other": { referenced_security_group_id: of("aws_security_group", "id") },
      "aws_security_group_rule.old": { security_group_id: of("aws_security_group", "id") },
    },
    used: { "aws_lb.entrance": { security_groups: [of("aws_security_group", "id")] } },
  },
  aws_sns_topic: {
    named: { "aws_sns_topic_subscription.ops": { topic_arn: of("aws_sns_topic", "arn") } },
    used: { "aws_cloudwatch_metric_alarm.a": { alarm_actions: [of("aws_sns_topic", "arn")] } },
  },
  aws_subnet: {
    named: {
      "aws_route_table_association.a": { subnet_id: of("aws_subnet", "id") },
      "aws_network_acl_association.a": { subnet_id: of("aws_subnet", "id") },
    },
    used: { "aws_lb.entrance": { subnets: [of("aws_subnet", "id")] } },
  },
};

describe("unused", () => {
  it("has a case here for every rule", () => {
    expect(Object.keys(cases).toSorted()).toEqual(Object.keys(usageRules).toSorted());
  });

  it.each(Object.entries(cases))(
    "%s: is found where nothing uses it, and not where something does",
    (type, { own = {}, named = {}, used }) => {
      const itself = { [`${type}.it`]: own };
      expect(found({ ...itself, ...puller(type), ...named })).toContain(`${type}.it`);
      expect(found({ ...itself, ...puller(type), ...named, ...used })).not.toContain(`${type}.it`);
    },
  );

  it.each(Object.entries(cases).filter(([type]) => type !== "aws_ecr_repository"))(
    "%s: may be used by whoever reads an output of it",
    (type, { own = {} }) => {
      const output = { output: { it: { value: of(type, "arn") } } };
      expect(addresses(unused(graphOf([stackOf({ [`${type}.it`]: own }, output)])))).toEqual([]);
    },
  );

  it("is nothing that a data source, module or provider reads", () => {
    const resources = { "aws_kms_key.it": {} };
    const readers: JsonObject[] = [
      { data: { aws_iam_policy_document: { p: { statement: [{ resources: [of("aws_kms_key", "arn")] }] } } } },
      { module: { m: { key: of("aws_kms_key", "arn") } } },
      { provider: { aws: { assume_role: [{ x: of("aws_kms_key", "arn") }] } } },
    ];
    const target = { data: { aws_lb_target_group: { same: { arn: of("aws_lb_target_group", "arn") } } } };
    expect(addresses(unused(graphOf([stackOf({ "aws_lb_target_group.it": {} }, target)])))).toEqual([]);
    for (const reader of readers) expect(addresses(unused(graphOf([stackOf(resources, reader)])))).toEqual([]);
  });

  it("is nothing that somebody names by its literal name", () => {
    const role = { "aws_iam_role.it": { name: "runner", assume_role_policy: trust } };
    const texts = ["runner", "arn:aws:iam::123456789012:role/runner", '{"role":"runner"}'];
    for (const text of texts)
      expect(found({ ...role, "aws_batch_job_definition.a": { container_properties: text } })).toEqual([]);
    expect(found({ ...role, "aws_batch_job_definition.a": { container_properties: "the-runner-of" } })).toEqual([
      "aws_iam_role.it",
    ]);
    const logs = (name: string, text: string) =>
      found({ "aws_cloudwatch_log_group.it": { name }, "aws_ecs_task_definition.a": { container_definitions: text } });
    expect(logs("clinic-api", "arn:aws:logs:eu-west-1:123456789012:log-group:clinic-api")).toEqual([]);
    expect(logs(reference("var.name"), reference('jsonencode([{ "awslogs-group" = var.name }])'))).toEqual([]);
    expect(logs(reference("var.name"), reference('jsonencode([{ "awslogs-group" = var.other }])'))).toHaveLength(1);
    // A name of its own, that happens to be the same, refers to nothing.
    expect(found({ ...role, "aws_ecs_service.a": { name: "runner", tags: { Name: "runner" } } })).toEqual([
      "aws_iam_role.it",
    ]);
  });
});

describe("what cannot be seen from here", () => {
  it("is a role that others than AWS services may take", () => {
    for (const Principal of [
      { Federated: "arn:aws:iam::1:oidc-provider/x" },
      { AWS: "*" },
      "*",
      { Service: "a", AWS: "b" },
    ]) {
      expect(
        found({ "aws_iam_role.it": { assume_role_policy: JSON.stringify({ Statement: [{ Principal }] }) } }),
      ).toEqual([]);
    }
    expect(
      found({ "aws_iam_role.it": { assume_role_policy: reference("data.aws_iam_policy_document.trust.json") } }),
    ).toEqual([]);
  });

  it("is a log group that a service fills by its own naming scheme", () => {
    for (const name of ["/aws/lambda/resize", "aws-waf-logs-edge", "/aws/rds/instance/clinic/error"]) {
      expect(found({ "aws_cloudwatch_log_group.it": { name } })).toEqual([]);
    }
  });

  it("is a repository whose images may be pulled by a cluster of Kubernetes, or by a name from a variable", () => {
    const repository = { "aws_ecr_repository.it": {} };
    expect(found(repository)).toEqual([]);
    expect(found({ ...repository, "aws_eks_cluster.main": {} })).toEqual([]);
    const task = { "aws_ecs_task_definition.api": { container_definitions: reference("var.image") } };
    expect(addresses(unused(graphOf([stackOf({ ...repository, ...task }, { variable: { image: {} } })])))).toEqual([]);
  });

  it("is an address that names what has it", () => {
    expect(found({ "aws_eip.it": { instance: "i-1" } })).toEqual([]);
  });
});

describe("a repository", () => {
  it("is not used by an output that tells people where to push to", () => {
    const task = { "aws_ecs_task_definition.other": { container_definitions: "[]" } };
    const output = { output: { url: { value: of("aws_ecr_repository", "repository_url") } } };
    expect(addresses(unused(graphOf([stackOf({ "aws_ecr_repository.it": {}, ...task }, output)])))).toEqual([
      "aws_ecr_repository.it",
    ]);
  });
});

describe("a capacity provider", () => {
  const own = {
    "aws_ecs_capacity_provider.it": { name: "instances" },
    "aws_ecs_cluster.main": {},
    "aws_ecs_cluster_capacity_providers.main": {
      cluster_name: reference("aws_ecs_cluster.main.name"),
      capacity_providers: [of("aws_ecs_capacity_provider", "name")],
      default_capacity_provider_strategy: [{ capacity_provider: of("aws_ecs_capacity_provider", "name") }],
    },
  };
  const service = { cluster: reference("aws_ecs_cluster.main.arn") };

  it("is used by a service that names it", () => {
    expect(
      found({
        ...own,
        "aws_ecs_service.a": {
          ...service,
          capacity_provider_strategy: [{ capacity_provider: of("aws_ecs_capacity_provider", "name") }],
        },
      }),
    ).toEqual([]);
  });

  it("is used as its cluster's default by a service that names none", () => {
    expect(found({ ...own, "aws_ecs_service.a": service })).toEqual([]);
    expect(found({ ...own, "aws_ecs_service.a": { ...service, launch_type: "FARGATE" } })).toEqual([
      "aws_ecs_capacity_provider.it",
    ]);
    const fargate = { ...service, capacity_provider_strategy: [{ capacity_provider: "FARGATE" }] };
    expect(found({ ...own, "aws_ecs_service.a": fargate })).toEqual(["aws_ecs_capacity_provider.it"]);
    const { default_capacity_provider_strategy: _default, ...listed } = own["aws_ecs_cluster_capacity_providers.main"];
    expect(found({ ...own, "aws_ecs_cluster_capacity_providers.main": listed, "aws_ecs_service.a": service })).toEqual([
      "aws_ecs_capacity_provider.it",
    ]);
  });

  it("is found where its cluster runs nothing", () => {
    expect(found(own)).toEqual(["aws_ecs_capacity_provider.it"]);
  });
});

describe("an interface endpoint", () => {
  const endpoint = (more: JsonObject = {}) => ({
    "aws_vpc_endpoint.it": {
      vpc_endpoint_type: "Interface",
      service_name: "com.amazonaws.eu-west-1.logs",
      security_group_ids: [reference("aws_security_group.group.id")],
      private_dns_enabled: true,
      ...more,
    },
    "aws_security_group.group": {},
  });
  const open = {
    "aws_vpc_security_group_ingress_rule.https": { security_group_id: reference("aws_security_group.group.id") },
  };

  it("is used where a rule lets somebody in", () => {
    expect(found({ ...endpoint(), ...open })).toEqual([]);
    expect(found({ ...endpoint(), "aws_security_group.group": { ingress: [{ from_port: 443 }] } })).toEqual([]);
    expect(
      found({
        ...endpoint(),
        "aws_security_group_rule.https": {
          type: "ingress",
          security_group_id: reference("aws_security_group.group.id"),
        },
      }),
    ).toEqual([]);
  });

  it("is found where nobody is let in", () => {
    expect(found(endpoint())).toEqual(["aws_vpc_endpoint.it"]);
    const outwards = {
      "aws_vpc_security_group_egress_rule.a": { security_group_id: reference("aws_security_group.group.id") },
    };
    expect(found({ ...endpoint(), ...outwards })).toEqual(["aws_vpc_endpoint.it"]);
    const old = { type: "egress", security_group_id: reference("aws_security_group.group.id") };
    expect(found({ ...endpoint(), "aws_security_group_rule.a": old })).toEqual(["aws_vpc_endpoint.it"]);
    expect(
      found({ ...endpoint({ security_group_ids: [reference("aws_security_group.group.id"), "sg-of-somebody"] }) }),
    ).toEqual([]);
  });

  it("is found where its service has no caller, and nothing is said of services that have one everywhere", () => {
    const ecr = { ...endpoint({ service_name: "com.amazonaws.eu-west-1.ecr.api" }), ...open };
    expect(found(ecr)).toEqual(["aws_vpc_endpoint.it"]);
    expect(found({ ...ecr, "aws_ecs_task_definition.api": {} })).toEqual([]);
    expect(found({ ...endpoint({ service_name: "com.amazonaws.eu-west-1.sts" }), ...open })).toEqual([]);
  });

  it("is found where nobody knows its name", () => {
    const hidden = { ...endpoint({ private_dns_enabled: false }), ...open };
    expect(found(hidden)).toEqual(["aws_vpc_endpoint.it"]);
    expect(
      found({
        ...hidden,
        "aws_route53_record.a": { records: [reference("aws_vpc_endpoint.it.dns_entry[0].dns_name")] },
      }),
    ).toEqual([]);
  });

  it("costs nothing where it is a gateway", () => {
    expect(
      found({ "aws_vpc_endpoint.s3": { vpc_endpoint_type: "Gateway", service_name: "com.amazonaws.eu-west-1.s3" } }),
    ).toEqual([]);
  });
});

/** A repository is judged only where it is known who pulls what. */
function puller(type: string): Resources {
  return type === "aws_ecr_repository" ? { "aws_ecs_task_definition.fixed": { container_definitions: "[]" } } : {};
}

function of(type: string, attribute: string): string {
  return reference(`${type}.it.${attribute}`);
}

function found(resources: Resources): string[] {
  return addresses(unused(graphOf([stackOf(resources)]))).filter((address) => address.includes(".it"));
}

function addresses(findings: readonly { readonly address: string }[]): string[] {
  return findings.map(({ address }) => address);
}
