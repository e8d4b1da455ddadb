import { AcmCertificate } from "@cdktf/provider-aws/lib/acm-certificate/index.js";
import { AcmCertificateValidation } from "@cdktf/provider-aws/lib/acm-certificate-validation/index.js";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record/index.js";
import { describe, expect, it } from "@jest/globals";
import { mistakes, reference, synthesize, testStack } from "@mainstay/testing";
import { TerraformOutput } from "cdktf";
import { Certificate, type CertificateProps } from "./index.ts";

const zone = { id: "Z1", name: "clinic.example.com" };

describe("Certificate", () => {
  it("is validated by DNS, logged publicly, and replaced without a gap", () => {
    expect(synth({ alternatives: ["api.clinic.example.com"] }).the(AcmCertificate)).toMatchObject({
      domain_name: "clinic.example.com",
      subject_alternative_names: ["api.clinic.example.com"],
      validation_method: "DNS",
      options: { certificate_transparency_logging_preference: "ENABLED" },
      lifecycle: { create_before_destroy: true },
    });
  });

  it("has a validation record per name, in its zone, looked up by that name", () => {
    const record = synth({ alternatives: ["api.clinic.example.com"] }).named(
      Route53Record,
      "certificate_record-api-clinic-example-com",
    );
    expect(record).toMatchObject({
      zone_id: "Z1",
      ttl: 300,
      allow_overwrite: true,
    });
    for (const [attribute, expression] of Object.entries({
      resource_record_name: record.name,
      resource_record_type: record.type,
      resource_record_value: record.records[0],
    })) {
      expect(expression).toBe(
        reference(
          `[for option in aws_acm_certificate.certificate_certificate.domain_validation_options : option.${attribute} if trimprefix(option.domain_name, "*.") == "api.clinic.example.com"][0]`,
        ),
      );
    }
  });

  it("shares one record between a name and its wildcard, as ACM does", () => {
    const records = (props: Partial<CertificateProps>) => Object.keys(synth(props).all(Route53Record));
    expect(records({ alternatives: ["*.clinic.example.com"] })).toEqual(["certificate_record-clinic-example-com"]);
    expect(records({ domain: "*.clinic.example.com" })).toEqual(["certificate_record-clinic-example-com"]);
  });

  it("keeps every record's address when names are added or change places", () => {
    const names = ["b.clinic.example.com", "c.clinic.example.com"];
    const before = synth({ alternatives: names }).all(Route53Record);
    expect(
      synth({
        alternatives: ["a.clinic.example.com", ...names.toReversed()],
      }).all(Route53Record),
    ).toMatchObject(before);
  });

  it("keeps names apart that only differ in dots and dashes", () => {
    const alternatives = ["a.b.clinic.example.com", "a-b.clinic.example.com"];
    expect(Object.keys(synth({ alternatives }).all(Route53Record))).toHaveLength(3);
  });

  it("gives out its ARN only once it is valid", () => {
    const stack = testStack();
    const { arn } = build(stack, {});
    new TerraformOutput(stack, "arn", { value: arn });
    const found = synthesize(stack);
    expect(found.json.output.arn.value).toBe(
      reference("aws_acm_certificate_validation.certificate_validation.certificate_arn"),
    );
    expect(found.the(AcmCertificateValidation)).toMatchObject({
      certificate_arn: reference("aws_acm_certificate.certificate_certificate.arn"),
      validation_record_fqdns: [reference("aws_route53_record.certificate_record-clinic-example-com.fqdn")],
      timeouts: { create: "30m" },
    });
  });

  it("reports every mistake at once, with the fix", () => {
    const stack = testStack();
    const many = Array.from({ length: 10 }, (_, index) => `n${index}.clinic.example.com`);
    build(stack, {
      domain: "example.com",
      alternatives: ["*.*.clinic.example.com", "badclinic.example.com", "n1.clinic.example.com", ...many],
    });
    const text = mistakes(stack);
    for (const part of [
      /domain is "example\.com"; allowed: clinic\.example\.com, or a name that ends in/,
      /alternatives\[0\] is "\*\.\*\.clinic\.example\.com"/,
      /alternatives\[1\] is "badclinic\.example\.com"/,
      /9 at most/,
      /each name once/,
    ]) {
      expect(text).toMatch(part);
    }
  });

  it("pain 27: construct renames destroy resources: addresses are API", () => {
    expect(synth({ alternatives: ["api.clinic.example.com"] }).addresses).toMatchInlineSnapshot(`
      [
        "aws_acm_certificate.certificate_certificate",
        "aws_acm_certificate_validation.certificate_validation",
        "aws_route53_record.certificate_record-api-clinic-example-com",
        "aws_route53_record.certificate_record-clinic-example-com",
      ]
    `);
  });
});

function build(stack: ReturnType<typeof testStack>, props: Partial<CertificateProps>): Certificate {
  return new Certificate(stack, "certificate", {
    zone,
    domain: "clinic.example.com",
    ...props,
  });
}

function synth(props: Partial<CertificateProps>) {
  const stack = testStack();
  build(stack, props);
  return synthesize(stack);
}
