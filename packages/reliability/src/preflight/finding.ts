import type { Json } from "../read/json.ts";

/** Something that a deployment would do, and that nobody should find out from AWS. */
export interface PreflightFinding {
  /** `refuse`: it loses data, or AWS stops in the middle of it. `warn`: users may notice, or redundancy is lost. */
  readonly severity: "refuse" | "warn";
  readonly stack: string;
  /** As it is synthesised; as it is deployed where it is gone. */
  readonly address: string;
  /** The argument; undefined where it is about the whole resource. */
  readonly attribute: string | undefined;
  /** As it is deployed; undefined where nothing was set. */
  readonly before: Json | undefined;
  /** As it was synthesised; undefined where nothing is set, or nothing is left. */
  readonly after: Json | undefined;
  /** What happens. */
  readonly why: string;
  /** What to do instead, or to do it on purpose. */
  readonly fix: string;
  /** What is replaced first, where this one only follows it. */
  readonly cause: { readonly stack: string; readonly address: string } | undefined;
}

/** A value that decides about a replacement and cannot be computed before Terraform plans. It is not taken for equal. */
export interface UnknownValue {
  readonly stack: string;
  readonly address: string;
  readonly attribute: string;
  readonly expression: string;
}

/** Stands for a value that AWS will only give when the change is applied. */
export const notYetKnown = "(known after the apply)";

type Details = Partial<Pick<PreflightFinding, "attribute" | "before" | "after" | "cause">>;

/** A finding about `place`, with what is not given left undefined. */
export function findingOf(
  severity: PreflightFinding["severity"],
  place: { readonly stack: string; readonly address: string },
  words: Pick<PreflightFinding, "why" | "fix">,
  details: Details = {},
): PreflightFinding {
  const { attribute, before, after, cause } = details;
  return { severity, stack: place.stack, address: place.address, attribute, before, after, ...words, cause };
}
