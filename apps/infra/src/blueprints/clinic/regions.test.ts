import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { unheardAlarms } from "@mainstay/observability";
import { synthesize } from "../../synthesize.ts";
import { type ClinicProps, clinic, localState, type StandbyChoice } from "./index.ts";
import { standbyAvailability } from "./site.ts";
import { exampleStandby, productionProps } from "./testing.ts";

type Resources = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
type Stacks = Readonly<Record<string, { readonly resource: Resources }>>;
let folder: string;
let two: Stacks;
let one: Stacks;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "regions-"));
  two = stacksOf(productionProps, join(folder, "two"));
  const { standby: _left, ...first } = productionProps;
  one = stacksOf(first, join(folder, "one"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("the clinic in two regions", () => {
  it("is a stack for each life in each region, and two in us-east-1 that choose between them", () => {
    expect(Object.keys(two)).toEqual([
      ...["data", "edge", "monitoring", "network", "service"].map((life) => `eu-central-1-${life}`),
      ...["backup", "data", "edge", "monitoring", "network", "service"].map((life) => `eu-west-1-${life}`),
      "us-east-1-failover",
      "us-east-1-latch",
    ]);
  });

  it("depends on what lives longer, and the first region on nothing of the second but its copies", () => {
    const reads = dependencies(join(folder, "two"));
    const foreign = Object.entries(reads)
      .filter(([stack]) => stack.startsWith("eu-west-1"))
      .flatMap(([stack, others]) => others.map((other) => `${stack} reads ${other}`))
      .filter((line) => !/reads eu-west-1/.test(line));
    expect(foreign).toEqual(["eu-west-1-edge reads us-east-1-failover"]);
    expect(reads["us-east-1-failover"]).toEqual([]);
    expect(reads["eu-central-1-data"]).toEqual(["eu-central-1-network", "eu-west-1-data"]);
  });

  it("names the same resources in the first region as before there was a second", () => {
    const first = (stacks: Stacks) => addresses(stacks).filter((address) => address.startsWith("eu-west-1"));
    expect(first(two)).toEqual(expect.arrayContaining(first(one)));
  });

  it("changes of the first region nothing but who answers for its name, and where secrets are copied to", () => {
    const changed = addresses(one).filter(
      (address) =>
        address.startsWith("eu-west-1") && JSON.stringify(at(one, address)) !== JSON.stringify(at(two, address)),
    );
    expect(changed.map((address) => address.split(" ")[1])).toEqual([
      "aws_iam_role_policy.database_rotation_policy",
      "aws_secretsmanager_secret.database_login_secret",
      "aws_secretsmanager_secret.token-key_secret",
      "aws_route53_record.name_a",
      "aws_route53_record.name_aaaa",
    ]);
  });

  it("is reached by one name, which the first region answers while it is healthy", () => {
    const record = (region: string) => at(two, `${region}-edge aws_route53_record.name_a`);
    expect(record("eu-west-1")).toMatchObject({
      name: "clinic.example.com",
      set_identifier: "eu-west-1",
      failover_routing_policy: { type: "PRIMARY" },
      health_check_id: expect.stringContaining("failover"),
    });
    expect(record("eu-central-1")).toMatchObject({
      name: "clinic.example.com",
      set_identifier: "eu-central-1",
      failover_routing_policy: { type: "SECONDARY" },
    });
    const asked = Object.values(two["us-east-1-failover"]?.resource.aws_route53_health_check ?? {}).map(
      ({ fqdn }) => fqdn,
    );
    expect(asked).toEqual(expect.arrayContaining(["eu-west-1.clinic.example.com", "eu-central-1.clinic.example.com"]));
  });

  it("pain 26: unintended failback: users return when a person says so, unless the environment says otherwise", () => {
    expect(addresses(two)).toContain("us-east-1-latch aws_sfn_state_machine.latch_machine");
    const automatic = { ...exampleStandby, failback: "automatic-to-stale-data" } as const;
    const unlatched = stacksOf({ ...productionProps, standby: automatic }, join(folder, "automatic"));
    expect(addresses(unlatched).filter((address) => address.includes("sfn_state_machine"))).toEqual([]);
  });

  it("pain 25: us-east-1 traps: what watches health checks is in us-east-1, with a topic there", () => {
    const watching = addresses(two).filter((address) => JSON.stringify(at(two, address)).includes("AWS/Route53"));
    expect(watching).toHaveLength(2);
    expect(watching.filter((address) => !address.startsWith("us-east-1"))).toEqual([]);
    expect(addresses(two)).toContain("us-east-1-latch aws_sns_topic.news_topic");
  });

  it("tells people once of one event: no two alarms on the status of one health check", () => {
    const watched = (stacks: Stacks) =>
      addresses(stacks)
        .filter((address) => at(stacks, address).metric_name === "HealthCheckStatus")
        .map((address) => JSON.stringify(at(stacks, address).dimensions));
    const automatic = { ...exampleStandby, failback: "automatic-to-stale-data" } as const;
    const unlatched = stacksOf({ ...productionProps, standby: automatic }, join(folder, "unlatched"));
    for (const stacks of [two, unlatched]) {
      expect(watched(stacks)).toHaveLength(2);
      expect(new Set(watched(stacks)).size).toBe(2);
    }
  });

  it("pain 25: us-east-1 traps: one region is watched from there as well, by the name that users type", () => {
    expect(addresses(one).filter((address) => address.startsWith("us-east-1"))).toEqual(
      expect.arrayContaining([
        "us-east-1-latch aws_route53_health_check.entrance_check",
        "us-east-1-latch aws_cloudwatch_metric_alarm.primary_unhealthy",
        "us-east-1-latch aws_sns_topic.news_topic",
      ]),
    );
    const check = at(one, "us-east-1-latch aws_route53_health_check.entrance_check");
    expect(check).toMatchObject({ fqdn: "clinic.example.com", resource_path: "/health/ready" });
    expect(dependencies(join(folder, "one"))["us-east-1-latch"]).toEqual(["eu-west-1-service"]);
    expect(unheardIn(one)).toEqual([]);
    const { standby: _left, ...first } = { ...productionProps, production: false };
    const inRoutes = (props: ClinicProps, name: string) =>
      addresses(stacksOf(props, join(folder, name))).filter((address) => address.startsWith("us-east-1"));
    // Before it is taken down it must still be there.
    expect(inRoutes({ ...first, protect: false }, "unprotected").length).toBeGreaterThan(3);
    expect(inRoutes({ ...first, state: localState }, "one-machine")).toEqual([]);
  });

  it("has no alarm that nobody hears", () => {
    expect(addresses(two).filter((address) => address.includes("aws_cloudwatch_metric_alarm")).length).toBeGreaterThan(
      30,
    );
    expect(unheardIn(two)).toEqual([]);
    const silent = stacksOf({ ...productionProps, production: false, notify: "nobody" }, join(folder, "silent"));
    expect(unheardIn(silent).length).toBeGreaterThan(30);
  });

  it("has its own copy of everything that the service needs to start", () => {
    const definition = at(two, "eu-central-1-service aws_ecs_task_definition.api_task-definition");
    const container = String(definition.container_definitions);
    expect(container).toMatch(/"image":"[^"]*eu-central-1-data/);
    expect(container).toMatch(/"DATABASE_HOST","value":"[^"]*eu-central-1-data/);
    // A secret's copy has the same name, in the other region: the password's, and the key of the tokens.
    expect(container.match(/replace\(/g)).toHaveLength(2);
    expect(container).toMatch(/"DATABASE_SECRET","value":"\$\{replace\([^}]*database_login[^}]*:eu-central-1:/);
    const policy = String(at(two, "eu-central-1-service aws_iam_role_policy.api_secrets-policy").policy);
    expect(policy).toMatch(/"Resource":\["\$\{replace\([^}]*database_login[^}]*:eu-central-1:/);
    expect(policy).toMatch(/"Resource":\["[^"]*database_login_key-eu-central-1-arn\}"\]/);
    expect(policy).toContain('"kms:ViaService":"secretsmanager.eu-central-1.amazonaws.com"');
  });

  it("changes the password in the first region alone: copies follow", () => {
    const rotations = addresses(two).filter((address) => address.includes("secret_rotation"));
    expect(rotations).toEqual(["eu-west-1-data aws_secretsmanager_secret_rotation.database_rotation_schedule"]);
  });

  it("promotes by one word, and moves no address", () => {
    const standby = { ...exampleStandby, data: "promoted" } as const;
    const promoted = stacksOf({ ...productionProps, standby }, join(folder, "promoted"));
    const gone = addresses(two).filter((address) => !addresses(promoted).includes(address));
    expect(gone.map((address) => address.split(" ")[1])).toEqual([
      "aws_efs_replication_configuration.documents_replication",
      "aws_cloudwatch_metric_alarm.watch_database_replica-lag-standby",
    ]);
    expect(at(two, "eu-central-1-data aws_db_instance.database_instance").replicate_source_db).toBeDefined();
    expect(at(promoted, "eu-central-1-data aws_db_instance.database_instance").replicate_source_db).toBeUndefined();
  });

  it("survives a zone with what was promoted, and pays for that before only where it is said", () => {
    const multiAz = (change: Partial<StandbyChoice>, name: string) => {
      const standby = { ...exampleStandby, ...change };
      const stacks = stacksOf({ ...productionProps, standby }, join(folder, name));
      return at(stacks, "eu-central-1-data aws_db_instance.database_instance").multi_az;
    };
    expect(multiAz({}, "following")).toBe(false);
    expect(multiAz({ availability: "multi-az" }, "following-in-two-zones")).toBe(true);
    expect(multiAz({ data: "promoted" }, "promoted-in-production")).toBe(true);
  });

  it("promotes to what the first region has, or to what is said", () => {
    const of = (standby: Partial<StandbyChoice>, first?: "single-az") =>
      standbyAvailability({ ...exampleStandby, ...standby }, first);
    expect(of({ data: "promoted" })).toBe("multi-az");
    expect(of({ data: "promoted" }, "single-az")).toBe("single-az");
    expect(of({ data: "promoted", availability: "multi-az" }, "single-az")).toBe("multi-az");
    expect(of({ data: "promoted", availability: "single-az" })).toBe("single-az");
    expect(of({}, "single-az")).toBe("single-az");
  });

  it("lets an environment set any field of any resource", () => {
    const customize: NonNullable<ClinicProps["customize"]> = ({ primary, standby, failover }) => {
      primary.edge.entrance.loadBalancer.ipAddressType = "dualstack";
      primary.data.database.instance.addOverride("backup_window", "01:00-02:00");
      if (standby) standby.running.cluster.autoScalingGroup.addOverride("tag.0.value", "mine");
      if (failover) failover.standbyHealth.check.measureLatency = true;
    };
    const custom = stacksOf({ ...productionProps, customize }, join(folder, "custom"));
    expect(at(custom, "eu-west-1-edge aws_lb.entrance_load-balancer").ip_address_type).toBe("dualstack");
    expect(at(custom, "eu-west-1-data aws_db_instance.database_instance").backup_window).toBe("01:00-02:00");
    expect(at(custom, "us-east-1-failover aws_route53_health_check.standby_check").measure_latency).toBe(true);
    expect(
      JSON.stringify(at(custom, "eu-central-1-service aws_autoscaling_group.cluster_auto-scaling-group").tag),
    ).toContain("mine");
    expect(addresses(custom)).toEqual(addresses(two));
  });

  it("pain 27: construct renames destroy resources: the addresses are these", () => {
    expect(addresses(two)).toMatchSnapshot();
  });
});

/** Stacks by region and life. */
function stacksOf(props: ClinicProps, outdir: string): Stacks {
  synthesize([clinic(props)], { outdir });
  return Object.fromEntries(
    readdirSync(join(outdir, "stacks"))
      .toSorted()
      .map((name) => [short(name), JSON.parse(readFileSync(join(outdir, "stacks", name, "cdk.tf.json"), "utf8"))]),
  );
}

function dependencies(outdir: string): Record<string, string[]> {
  const { stacks } = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8"));
  return Object.fromEntries(
    Object.entries<{ dependencies: string[] }>(stacks).map(([name, { dependencies: others }]) => [
      short(name),
      others.map(short).toSorted(),
    ]),
  );
}

function short(stack: string): string {
  return stack.replace("clinic-test-", "");
}

/** `eu-west-1-edge aws_lb.entrance_load-balancer` */
function addresses(stacks: Stacks): string[] {
  return Object.entries(stacks).flatMap(([stack, { resource }]) =>
    Object.entries(resource).flatMap(([type, named]) => Object.keys(named).map((name) => `${stack} ${type}.${name}`)),
  );
}

function at(stacks: Stacks, address: string): Readonly<Record<string, unknown>> {
  const [stack = "", rest = ""] = address.split(" ");
  const [type = "", name = ""] = rest.split(".");
  return stacks[stack]?.resource[type]?.[name] ?? {};
}

/** Alarms that nobody hears, over stacks by the names that they have for each other. */
function unheardIn(stacks: Stacks): string[] {
  const named = Object.fromEntries(Object.entries(stacks).map(([stack, json]) => [`clinic-test-${stack}`, json]));
  return unheardAlarms(named);
}
