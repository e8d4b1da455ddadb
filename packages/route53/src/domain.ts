import type { Problem } from "@mainstay/core";

const label = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** Whether `domain` is a name that DNS and ACM take: lower case, two labels or more, without a dot at the end. */
export function isName(domain: string): boolean {
  const labels = domain.split(".");
  return domain.length <= 253 && labels.length >= 2 && labels.every((part) => label.test(part));
}

/** Whether `domain` is `*.` and a name. */
export function isWildcard(domain: string): boolean {
  return domain.startsWith("*.") && isName(withoutWildcard(domain));
}

/** `example.com` of `*.example.com`. ACM validates both by the same record. */
export function withoutWildcard(domain: string): string {
  return domain.replace(/^\*\./, "");
}

/** Whether `domain` is the zone's own name or below it, whole labels only: `badexample.com` is not in `example.com`. */
export function isInZone(domain: string, zone: string): boolean {
  return domain === zone || domain.endsWith(`.${zone}`);
}

/**
 * A part of a construct id that stands for `domain` alone.
 *
 * WHY: in Terraform's names a dot becomes a dash, so that `a.b.com` and `a-b.com` would be one resource. A dash is doubled.
 */
export function idOf(domain: string): string {
  return domain.replaceAll("-", "--").replaceAll(".", "-");
}

/** Mistakes in the name of a record in a zone. */
export function recordProblems(property: string, domain: string, zone: string): Problem[] {
  if (!isName(domain) && !isWildcard(domain))
    return [nameProblem(property, domain, 'a lower-case name, or "*." and one')];
  if (!isInZone(domain, zone)) {
    return [
      {
        property,
        got: domain,
        allowed: `${zone}, or a name that ends in .${zone}`,
        fix: "Choose a name of the zone, or the zone of the name.",
      },
    ];
  }
  return [];
}

/** The problem of a name that is none. */
export function nameProblem(
  property: string,
  got: string,
  allowed = "a lower-case name like clinic.example.com",
): Problem {
  return {
    property,
    got,
    allowed: `${allowed}; labels of 1 to 63 letters, digits and inner dashes, no dot at the end`,
    fix: "Write the name as a browser shows it, without protocol and path.",
  };
}
