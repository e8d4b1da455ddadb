import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { synthesize } from "../../synthesize.ts";
import { type ClinicProps, clinic, existingZone } from "./index.ts";
import { exampleProps } from "./testing.ts";

type Resources = Record<string, Record<string, Record<string, unknown>>>;
let outdir: string;
let standard: ReturnType<typeof stacksOf>;
beforeAll(() => {
  outdir = mkdtempSync(join(tmpdir(), "clinic-"));
  standard = stacksOf({});
});
afterAll(() => {
  rmSync(outdir, { recursive: true });
});

describe("the clinic", () => {
  it("is five stacks, split by what they live as long as", () => {
    expect(Object.keys(standard)).toEqual(["data", "edge", "monitoring", "network", "service"]);
  });

  it("depends on what lives longer, never the other way", () => {
    const { stacks } = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8"));
    const reads = Object.fromEntries(
      Object.entries<{ dependencies: string[] }>(stacks).map(([name, { dependencies }]) => [
        life(name),
        dependencies.map(life).toSorted(),
      ]),
    );
    expect(reads).toEqual({
      network: [],
      data: ["network"],
      edge: ["network"],
      service: ["data", "edge", "network"],
      monitoring: ["data", "edge", "network", "service"],
    });
  });

  it("pain 1 and 2: adding a zone: changes nothing that is there but lists of zones", () => {
    const after = stacksOf({ zones: ["eu-west-1a", "eu-west-1b", "eu-west-1c"] }, mkdtempSync(join(outdir, "grown-")));
    const zoneLists = ["subnets", "subnet_ids", "vpc_zone_identifier", "network_configuration"];
    const watching = ["dashboard_body", "alarm_rule"];
    for (const [stack, addresses] of Object.entries(standard)) {
      for (const [address, attributes] of Object.entries(addresses)) {
        const now = after[stack]?.[address];
        const changed = Object.keys(attributes).filter(
          (key) => JSON.stringify(attributes[key]) !== JSON.stringify(now?.[key]),
        );
        expect([address, changed.filter((key) => ![...zoneLists, ...watching].includes(key))]).toEqual([address, []]);
      }
    }
  });

  it("pain 5: inline and separate security group rules fight: no group has a rule of its own", () => {
    const groups = ofType(standard, "aws_security_group");
    expect(groups.length).toBeGreaterThan(4);
    expect(groups.filter((group) => "ingress" in group || "egress" in group)).toEqual([]);
  });

  it("pain 6: circular security groups across stacks: rules are made by the stack that lives shorter", () => {
    const { data = {}, edge = {}, service = {} } = standard;
    expect(Object.keys(data).filter((address) => address.includes("security_group_"))).toEqual([]);
    expect(Object.keys(edge).filter((address) => address.includes("egress_rule"))).toEqual([]);
    expect(Object.keys(service)).toEqual(
      expect.arrayContaining([
        "aws_vpc_security_group_ingress_rule.api_into-database-mysql",
        "aws_vpc_security_group_egress_rule.api_to-database-mysql",
        "aws_vpc_security_group_ingress_rule.api_into-documents-nfs",
      ]),
    );
  });

  it("pain 10: image drift between CI and Terraform: the digest is an input, checked, and never :latest", () => {
    const json = JSON.parse(readStack("service"));
    expect(json.variable.api_image_digest).toMatchObject({ nullable: false, validation: [expect.anything()] });
    expect(json.variable.api_image_digest.default).toBeUndefined();
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Terraform's own syntax.
    expect(readStack("service")).toContain("@${var.api_image_digest}");
    expect(readStack("service")).not.toContain(":latest");
  });

  it("pain 16: password in state: no stack names one", () => {
    const all = ["network", "data", "edge", "service"].map((name) => readStack(name)).join("\n");
    expect(all).not.toMatch(/"(master_)?password":|"secret_string":|random_password\.[^"]*\.result/);
  });

  it("pain 17: app dies after secret rotation: the password changes every 30 days, and tasks read it themselves", () => {
    const { data = {}, service = {} } = standard;
    const schedule = data["aws_secretsmanager_secret_rotation.database_rotation_schedule"];
    expect(schedule).toMatchObject({ rotation_rules: { automatically_after_days: 30 }, rotate_immediately: false });
    const { environment, secrets } = containerIn(service);
    const place = environment.find(({ name }) => name === "DATABASE_SECRET")?.value;
    expect(place).toMatch(/-data\.outputs\.[^}]*database_login_secret-arn\}$/);
    expect(secrets.map(({ name }) => name)).toEqual(["TOKEN_KEY"]);
    expect(environment.map(({ name }) => name).filter((name) => /USER|PASSWORD/.test(name))).toEqual([]);
    const { role, policy } = service["aws_iam_role_policy.api_secrets-policy"] ?? {};
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Terraform's own syntax.
    expect(role).toBe("${aws_iam_role.api_task-role.id}");
    expect(JSON.parse(String(policy)).Statement).toMatchObject([
      { Action: ["secretsmanager:GetSecretValue"], Resource: [place] },
      {
        Action: ["kms:Decrypt"],
        Condition: { StringEquals: { "kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com" } },
      },
    ]);
    expect(String(service["aws_iam_role_policy.api_execution-policy"]?.policy)).not.toContain("database_login");
  });

  it("keeps the password for as long as it is said", () => {
    const never = stacksOf(
      { database: { ...exampleProps.database, rotation: "never" } },
      mkdtempSync(join(outdir, "never-")),
    );
    const rotating = Object.keys(standard.data ?? {}).filter((address) => address.includes("database_rotation"));
    expect(rotating).toHaveLength(6);
    expect(Object.keys(standard.data ?? {}).filter((address) => !(address in (never.data ?? {})))).toEqual(rotating);
    expect(containerIn(never.service)).toEqual(containerIn(standard.service));
  });

  it("lets tasks out to Secrets Manager, and to nothing else of the internet where that has an address in the VPC", () => {
    const wayOut = ({ service = {} }: typeof standard) =>
      Object.entries(service)
        .filter(([address]) => /egress_rule\.api_to-(internet|vpc)/.test(address))
        .map(([, { cidr_ipv4, from_port, to_port }]) => [cidr_ipv4, from_port, to_port]);
    expect(wayOut(standard)).toEqual([["0.0.0.0/0", 443, 443]]);
    const network = { ...exampleProps.network, interfaceEndpoints: ["logs", "secretsmanager"] } as const;
    const inside = stacksOf({ network }, mkdtempSync(join(outdir, "inside-")));
    expect(wayOut(inside)).toEqual([[exampleProps.network.cidr, 443, 443]]);
  });

  it("adds its names to a zone that exists, and makes none", () => {
    const zone = existingZone({ id: "Z0123456789ABC", name: "example.com" });
    const into = mkdtempSync(join(outdir, "existing-"));
    const { edge = {} } = stacksOf({ domain: { ...exampleProps.domain, zone } }, into);
    expect(Object.keys(edge).filter((address) => /route53_zone|zone_caa/.test(address))).toEqual([]);
    const records = ofType({ edge }, "aws_route53_record").map(({ zone_id }) => zone_id);
    expect(records.length).toBeGreaterThanOrEqual(6);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Terraform's own syntax.
    expect([...new Set(records)]).toEqual(["${data.aws_route53_zone.zone_zone.zone_id}"]);
    expect(JSON.parse(readStack("edge", into)).data.aws_route53_zone.zone_zone).toMatchObject({
      zone_id: "Z0123456789ABC",
    });
    const made = Object.keys(standard.edge ?? {}).filter((address) => !(address in edge));
    expect(made).toEqual(["aws_route53_record.zone_caa", "aws_route53_zone.zone_zone"]);
  });

  it("pain 27: construct renames destroy resources: the addresses are these", () => {
    const addresses = Object.entries(standard).flatMap(([stack, found]) =>
      Object.keys(found).map((address) => `${stack} ${address}`),
    );
    expect(addresses.toSorted()).toMatchSnapshot();
  });
});

/** Attributes by stack and address. */
function stacksOf(
  change: Partial<ClinicProps>,
  into = outdir,
): Record<string, Record<string, Record<string, unknown>>> {
  synthesize([clinic({ ...exampleProps, ...change })], { outdir: into });
  return Object.fromEntries(
    readdirSync(join(into, "stacks"))
      .toSorted()
      .map((name) => {
        const resources: Resources = JSON.parse(readStack(life(name), into)).resource;
        const flat = Object.entries(resources).flatMap(([type, named]) =>
          Object.entries(named).map(([key, attributes]) => [`${type}.${key}`, attributes] as const),
        );
        return [life(name), Object.fromEntries(flat)];
      }),
  );
}

/** The API's container, as far as it is about what the API is told. */
function containerIn(service: Record<string, Record<string, unknown>> = {}) {
  const [container] = JSON.parse(String(service["aws_ecs_task_definition.api_task-definition"]?.container_definitions));
  return container as Record<"environment" | "secrets", { readonly name: string; readonly value?: string }[]>;
}

function ofType(stacks: ReturnType<typeof stacksOf>, type: string) {
  return Object.values(stacks).flatMap((found) =>
    Object.entries(found)
      .filter(([address]) => address.startsWith(`${type}.`))
      .map(([, attributes]) => attributes),
  );
}

function readStack(name: string, from = outdir): string {
  return readFileSync(join(from, "stacks", `clinic-test-eu-west-1-${name}`, "cdk.tf.json"), "utf8");
}

function life(stack: string): string {
  return stack.split("-").at(-1) ?? "";
}
