import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { synthesize } from "../../synthesize.ts";
import { type ClinicProps, clinic } from "./index.ts";
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
