import { AcmCertificate } from "@cdktf/provider-aws/lib/acm-certificate/index.js";
import { AcmCertificateValidation } from "@cdktf/provider-aws/lib/acm-certificate-validation/index.js";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record/index.js";
import { check, nameOf, type Problem } from "@mainstay/core";
import { Token } from "cdktf";
import { Construct } from "constructs";
import type { HostedZone } from "./dns-zone.ts";
import { idOf, recordProblems, withoutWildcard } from "./domain.ts";

export interface CertificateProps {
  /** Where the records go that prove the ownership. All names must be in it. */
  readonly zone: HostedZone;

  /** For example `clinic.example.com` or `*.example.com`. A change replaces the certificate, the new one first. */
  readonly domain: string;

  /**
   * More names of the same certificate, at most nine (ACM quota: ten names). A change replaces the certificate, the new one first.
   *
   * @default none
   */
  readonly alternatives?: readonly string[];
}

/**
 * A public TLS certificate in the stack's region. ACM renews it by itself as long as its DNS records stay.
 *
 * Free of charge. For CloudFront it has to be in us-east-1.
 */
export class Certificate extends Construct {
  readonly certificate: AcmCertificate;
  /** One per name, keyed by it. */
  readonly records: ReadonlyMap<string, Route53Record>;
  readonly validation: AcmCertificateValidation;
  /** Known only after ACM has validated the certificate: whoever uses it waits. */
  readonly arn: string;

  constructor(scope: Construct, id: string, props: CertificateProps) {
    super(scope, id);
    check(this, problems(props));
    const { zone, domain, alternatives = [] } = props;

    this.certificate = this.createCertificate(domain, alternatives);
    this.records = new Map(
      validatedNames([domain, ...alternatives]).map((name) => [name, this.createRecord(zone, name)]),
    );
    this.validation = new AcmCertificateValidation(this, "validation", {
      certificateArn: this.certificate.arn,
      validationRecordFqdns: [...this.records.values()].map(({ fqdn }) => fqdn),
      // Longer than ACM needs (minutes), shorter than the provider's 75 minutes: a missing delegation shows itself sooner.
      timeouts: { create: "30m" },
    });
    this.arn = this.validation.certificateArn;
  }

  private createCertificate(domain: string, alternatives: readonly string[]): AcmCertificate {
    return new AcmCertificate(this, "certificate", {
      domainName: domain,
      ...(alternatives.length > 0 && { subjectAlternativeNames: [...alternatives] }),
      validationMethod: "DNS",
      options: { certificateTransparencyLoggingPreference: "ENABLED" },
      tags: { Name: nameOf(this, "tag") },
      // WHY: a listener holds the old one until it has the new one; ACM deletes none that is in use
      // (registry: aws_acm_certificate, "create_before_destroy").
      lifecycle: { createBeforeDestroy: true },
    });
  }

  /**
   * WHY by name: `domain_validation_options` is a set, whose order is not ours, and which is unknown until ACM has answered.
   * Names are known here, so that they are what addresses are made of.
   */
  private createRecord(zone: HostedZone, name: string): Route53Record {
    const options = `${this.certificate.fqn}.domain_validation_options`;
    // `*.name` and `name` have one record in common; either of them names it.
    const option = (attribute: string) =>
      Token.asString(
        `\${[for option in ${options} : option.${attribute} if trimprefix(option.domain_name, "*.") == "${name}"][0]}`,
      );
    return new Route53Record(this, `record-${idOf(name)}`, {
      zoneId: zone.id,
      name: option("resource_record_name"),
      type: option("resource_record_type"),
      records: [option("resource_record_value")],
      ttl: 300,
      // WHY: ACM asks for the same record in every region and for every certificate of a name (ACM guide, DNS validation).
      allowOverwrite: true,
    });
  }
}

/** Names that ACM asks a record for, each once and in the given order: a wildcard has the record of the name below it. */
export function validatedNames(domains: readonly string[]): string[] {
  return [...new Set(domains.map(withoutWildcard))];
}

/** ACM quota, "Number of domain names per ACM certificate". */
const maxNames = 10;

/** What a user can get wrong here that a type cannot see. */
function problems({ zone, domain, alternatives = [] }: CertificateProps): Problem[] {
  const found = [
    ...recordProblems("domain", domain, zone.name),
    ...alternatives.flatMap((name, index) => recordProblems(`alternatives[${index}]`, name, zone.name)),
  ];
  if (alternatives.length + 1 > maxNames) {
    found.push({
      property: "alternatives",
      got: alternatives.length,
      allowed: `${maxNames - 1} at most`,
      fix: "Use a wildcard, or a second certificate.",
    });
  }
  const twice = [domain, ...alternatives].filter((name, index, all) => all.indexOf(name) !== index);
  for (const name of twice) {
    found.push({ property: "alternatives", got: name, allowed: "each name once", fix: "Remove the repetition." });
  }
  return found;
}
