import { Route53Record } from "@cdktf/provider-aws/lib/route53-record/index.js";
import { Route53Zone } from "@cdktf/provider-aws/lib/route53-zone/index.js";
import { describe, expect, it } from "@jest/globals";
import { mistakes, reference, synthesize, testStack } from "@mainstay/testing";
import { TerraformOutput } from "cdktf";
import { createZone, DnsZone, type DnsZoneProps, existingZone } from "./index.ts";

const created = createZone("clinic.example.com");
const existing = existingZone({
  id: "Z0123456789ABC",
  name: "clinic.example.com",
});

describe("a created zone", () => {
  it("is public and says what its parent must delegate to", () => {
    expect(synth({ zone: created }).the(Route53Zone)).toMatchObject({
      name: "clinic.example.com",
    });
    expect(synth({ zone: created }).the(Route53Zone)).not.toHaveProperty("vpc");
    expect(outputs({ zone: created })).toEqual({
      id: reference("aws_route53_zone.zone_zone.zone_id"),
      name: "clinic.example.com",
      nameServers: reference("aws_route53_zone.zone_zone.name_servers"),
    });
  });

  it("cannot be deleted by mistake: another one would have other name servers", () => {
    expect(synth({ zone: created }).the(Route53Zone)).toMatchObject({
      force_destroy: false,
      lifecycle: { prevent_destroy: true },
    });
    expect(synth({ zone: created, protect: false }).the(Route53Zone)).toMatchObject({
      force_destroy: true,
      lifecycle: { prevent_destroy: false },
    });
  });

  it("lets only Amazon issue certificates, or whom it was told, or anybody", () => {
    expect(synth({ zone: created }).the(Route53Record)).toMatchObject({
      type: "CAA",
      records: ['0 issue "amazon.com"'],
    });
    expect(
      synth({
        zone: created,
        authorities: ["amazon.com", "letsencrypt.org"],
      }).the(Route53Record).records,
    ).toEqual(['0 issue "amazon.com"', '0 issue "letsencrypt.org"']);
    expect(synth({ zone: created, authorities: [] }).all(Route53Record)).toEqual({});
  });
});

describe("an existing zone", () => {
  it("is read and not touched", () => {
    expect(synth({ zone: existing }).addresses).toEqual([]);
    expect(outputs({ zone: existing })).toEqual({
      id: reference("data.aws_route53_zone.zone_zone.zone_id"),
      name: "clinic.example.com",
      nameServers: reference("data.aws_route53_zone.zone_zone.name_servers"),
    });
  });

  it("is refused in the plan where its id belongs to another name or to a private zone", () => {
    const [postcondition] = synth({ zone: existing }).json.data.aws_route53_zone.zone_zone.lifecycle.postcondition;
    expect(postcondition.condition).toBe(reference('self.name == "clinic.example.com" && !self.private_zone'));
  });
});

describe("DnsZone", () => {
  it("reports every mistake at once, with the fix", () => {
    const text = problems({
      zone: existingZone({ id: "/hostedzone/Z1", name: "Example.com." }),
    });
    expect(text).toMatch(/zone\.name is "Example\.com\."/);
    expect(text).toMatch(/without \/hostedzone\//);
    expect(problems({ zone: created, authorities: ["amazon"] })).toMatch(/authorities is "amazon"/);
  });

  it("pain 27: construct renames destroy resources: addresses are API", () => {
    expect(synth({ zone: created }).addresses).toMatchInlineSnapshot(`
      [
        "aws_route53_record.zone_caa",
        "aws_route53_zone.zone_zone",
      ]
    `);
  });
});

function stack(props: DnsZoneProps) {
  const owner = testStack();
  const { id, name, nameServers } = new DnsZone(owner, "zone", props);
  new TerraformOutput(owner, "out", { value: { id, name, nameServers } });
  return owner;
}

function synth(props: DnsZoneProps) {
  return synthesize(stack(props));
}

function outputs(props: DnsZoneProps) {
  return synth(props).json.output.out.value;
}

function problems(props: DnsZoneProps): string {
  return mistakes(stack(props));
}
