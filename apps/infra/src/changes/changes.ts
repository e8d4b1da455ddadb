import { autoscaled, type ClinicProps, email, fixed, gib, imageByDigest, mib } from "../blueprints/clinic/index.ts";

/** One change that a user makes to an environment that is deployed, and what it may do. */
export interface Change {
  /** As a row of the table calls it. */
  readonly name: string;
  readonly props: (before: ClinicProps) => ClinicProps;
  /** Inputs of the deployment beside the environment. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** Resource types without `aws_` that it may change in place, or replace; creating is free. */
  readonly updates: readonly string[];
  readonly replaces?: readonly string[];
  /** Types that it may delete. */
  readonly deletes?: readonly string[];
}

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

/** What is there when a deployment begins. */
export const inputs: Readonly<Record<string, string>> = { TF_VAR_api_image_digest: digest("a") };

/** What lists zones and is told of one more, or one less. */
const zoneLists = [
  "autoscaling_group",
  "db_subnet_group",
  "ecs_service",
  "lb",
  "network_acl",
  "vpc_endpoint",
  "cloudwatch_dashboard",
  "cloudwatch_composite_alarm",
];

/** What a service is told when another task definition is to run. */
const deployment = { replaces: ["ecs_task_definition"], updates: ["ecs_service"] };

/** Changes that every environment goes through, in this order; each begins where the one before ended. */
export const changes = (props: ClinicProps): readonly Change[] => [...ofSize(props), ...ofContent];

/** How much there is of it, and what it is called. The last one changes every stack, and one more service needs the larger instances. */
export function ofSize({ zones }: ClinicProps): readonly Change[] {
  const third = `${zones[0]?.slice(0, -1)}c` as ClinicProps["zones"][number];
  return [
    {
      name: "a third zone",
      props: (props) => ({ ...props, zones: [...props.zones, third] }),
      updates: zoneLists,
    },
    {
      name: "back to two zones",
      props: (props) => ({ ...props, zones }),
      updates: zoneLists,
      deletes: [
        "cloudwatch_metric_alarm",
        "efs_mount_target",
        "eip",
        "nat_gateway",
        "network_acl_association",
        "route",
        "route_table",
        "route_table_association",
        "subnet",
        "vpc_endpoint_route_table_association",
      ],
    },
    {
      name: "fixed instead of autoscaled",
      props: (props) => ({ ...props, api: { ...props.api, capacity: fixed(2) } }),
      updates: ["ecs_service", "ecs_capacity_provider", "cloudwatch_dashboard", "cloudwatch_composite_alarm"],
      deletes: ["appautoscaling_target", "appautoscaling_policy"],
    },
    {
      name: "autoscaled instead of fixed",
      props: (props) => ({ ...props, api: { ...props.api, capacity: autoscaled({ min: 2, max: 3 }) } }),
      updates: ["ecs_service", "ecs_capacity_provider", "cloudwatch_dashboard", "cloudwatch_composite_alarm"],
    },
    {
      name: "larger instances",
      props: (props) => ({ ...props, instances: { ...props.instances, type: "m7g.xlarge" } }),
      updates: ["launch_template", "autoscaling_group", "ecs_capacity_provider", "cloudwatch_dashboard"],
    },
    {
      name: "one more service",
      props: (props) => ({
        ...props,
        services: {
          reports: {
            image: imageByDigest("reports"),
            task: { cpu: 256, memory: mib(512) },
            capacity: fixed(1),
            paths: ["/reports/*"],
            priority: 10,
          },
        },
      }),
      inputs: { TF_VAR_reports_image_digest: digest("c") },
      updates: ["ecs_capacity_provider", "cloudwatch_dashboard", "cloudwatch_composite_alarm"],
    },
    {
      name: "more storage",
      props: (props) => ({ ...props, database: { ...props.database, storage: gib(props.database.storage * 2) } }),
      updates: ["db_instance", "cloudwatch_metric_alarm", "cloudwatch_dashboard"],
    },
    {
      name: "another cost centre (tags)",
      props: (props) => ({ ...props, cost: { ...props.cost, costCenter: "4711" } }),
      updates: ["*"],
      // Tags are part of what a revision of a task definition is; the old one stays registered.
      replaces: ["ecs_task_definition"],
    },
  ];
}

/** What runs in it, and who is told. */
export const ofContent: readonly Change[] = [
  {
    name: "a new image digest",
    props: (props) => props,
    inputs: { TF_VAR_api_image_digest: digest("b") },
    ...deployment,
  },
  {
    name: "a larger database class",
    props: (props) => ({ ...props, database: { ...props.database, class: "db.m7g.xlarge" } }),
    updates: ["db_instance", "cloudwatch_metric_alarm", "cloudwatch_dashboard"],
  },
  {
    name: "one more subscriber",
    props: (props) => ({
      ...props,
      notify: [...(props.notify === "nobody" ? [] : props.notify), email("night@example.com")],
    }),
    updates: [],
  },
];

/** A second region for an environment that has one. */
export function secondRegion(standby: NonNullable<ClinicProps["standby"]>): Change {
  return {
    name: "a second region",
    props: (props) => ({ ...props, standby }),
    // The rotation of the password encrypts the copies as well.
    updates: ["route53_record", "secretsmanager_secret", "iam_role_policy", "cloudwatch_dashboard"],
    // What asked the only region, and its alarm: both regions are asked now, and the latch tells of the first.
    deletes: ["cloudwatch_metric_alarm", "route53_health_check"],
  };
}

/** Before an environment that protects its data is taken down. */
export const unprotected: Change = {
  name: "protection off, before a destroy",
  props: (props) => ({ ...props, production: false, protect: false }),
  updates: [
    "backup_vault",
    // Outside of production logs are kept for a month.
    "cloudwatch_log_group",
    "db_instance",
    "ecr_repository",
    "lb",
    "route53_zone",
    "s3_bucket",
    "secretsmanager_secret",
  ],
};
