import { notices, protections, stateful } from "../aws/consequences.ts";
import { kept } from "../provider/kept.ts";
import { replacedBy } from "../provider/replacement-table.ts";
import { blocksAt, type Json, type JsonObject } from "../read/json.ts";
import type { Deployed } from "../read/state.ts";
import { type Block, ignored, isPrevented } from "../read/synthesis.ts";
import type { Deployment } from "./deployment.ts";
import { findingOf, notYetKnown, type PreflightFinding, type UnknownValue } from "./finding.ts";
import { isSame, type Values } from "./values.ts";

/** One argument for which a resource would be replaced. */
interface Cause {
  readonly attribute: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  /** What is replaced before, and gives the argument another value with that. */
  readonly because: Block | undefined;
}

/** Finds what would be replaced, each resource once. Asks itself about the resources that another one reads. */
export class Replacements {
  readonly #deployment: Deployment;
  readonly #causes = new Map<Block, readonly Cause[]>();
  readonly #unknown: UnknownValue[] = [];
  #values: Values | undefined;

  constructor(deployment: Deployment) {
    this.#deployment = deployment;
  }

  /** WHY: a value depends on what is replaced, and what is replaced on values. */
  use(values: Values): void {
    this.#values = values;
  }

  /** Values that decide, and cannot be known yet. */
  get unknown(): readonly UnknownValue[] {
    return this.#unknown;
  }

  isReplaced(block: Block): boolean {
    return this.causesOf(block).length > 0;
  }

  causesOf(block: Block): readonly Cause[] {
    const found = this.#causes.get(block);
    if (found !== undefined) return found;
    // Resources that read each other in a circle are Terraform's to refuse.
    this.#causes.set(block, []);
    const deployed = this.#deployment.instanceOf(block);
    const row = Object.hasOwn(replacedBy, block.type) ? replacedBy[block.type] : undefined;
    const causes =
      deployed === undefined || row === undefined
        ? []
        : Object.entries(row).flatMap(([path, left]) => this.#compare(block, deployed, path, left));
    this.#causes.set(block, causes);
    return causes;
  }

  #compare(block: Block, deployed: Deployed, path: string, left: unknown): Cause[] {
    const [attribute = "", ...inner] = path.split(".");
    if (ignored(block, attribute)) return [];
    const before = deployed.sensitive.has(attribute) ? "(sensitive)" : valueAt(deployed.values, attribute, inner);
    const written = valueAt(block.attributes, attribute, inner);
    if (written === undefined) {
      const after = left as Json;
      // Nothing in the state: the type had no such argument when it was written.
      return left === kept || before === undefined || before === null || isSame(before, after)
        ? []
        : [{ attribute: path, before, after, because: undefined }];
    }
    const value = this.#values?.of(block.stack, written);
    if (value === undefined) return [];
    if (value.known) {
      const [one, other] = comparable(block.type, path, deployed.values, before, value.value);
      return isSame(one, other) ? [] : [{ attribute: path, before, after: value.value, because: undefined }];
    }
    if (value.replaced !== undefined) return [{ attribute: path, before, after: notYetKnown, because: value.replaced }];
    const { stack, address } = block;
    this.#unknown.push({ stack, address, attribute: path, expression: value.expression });
    return [];
  }
}

/** A value below nested blocks, of which there is one. */
function valueAt(values: JsonObject, attribute: string, inner: readonly string[]): Json | undefined {
  let current: JsonObject | undefined = values;
  const path = [attribute, ...inner];
  for (const key of path.slice(0, -1)) current = blocksAt(current, key)[0];
  return current?.[path.at(-1) ?? ""];
}

/** The two in one spelling: AWS answers some arguments in another one than it takes. */
function comparable(
  type: string,
  path: string,
  deployed: JsonObject,
  before: Json | undefined,
  after: Json | undefined,
): readonly [Json | undefined, Json | undefined] {
  if (
    type === "aws_acm_certificate" &&
    path === "subject_alternative_names" &&
    Array.isArray(before) &&
    Array.isArray(after)
  ) {
    // ACM adds the certificate's own name.
    const other = (names: readonly Json[]) => names.filter((name) => name !== deployed.domain_name);
    return [other(before), other(after)];
  }
  if (typeof before !== "string" || typeof after !== "string") return [before, after];
  // A key may be named by its id alone.
  if (/kms_key/.test(path) && !after.startsWith("arn:") && before.endsWith(`/${after}`)) return [after, after];
  if (type.startsWith("aws_route53_")) return [dnsName(before), dnsName(after)];
  if (path.endsWith("identifier") || path === "engine") return [before.toLowerCase(), after.toLowerCase()];
  return [before, after];
}

function dnsName(text: string): string {
  return text.toLowerCase().replace(/\.$/, "");
}

/** Resources whose replacement is refused though they hold nothing: what stands in them cannot be moved. */
const refused = new Set(["aws_subnet"]);

/** What to say of a block that would be replaced. Undefined where nobody notices. */
export function replacementFinding(block: Block, causes: readonly Cause[]): PreflightFinding | undefined {
  // An argument that was changed here says more than one that follows from another resource.
  const cause = causes.find(({ because }) => because === undefined) ?? causes[0];
  if (cause === undefined) return undefined;
  const { attribute, before, after, because } = cause;
  const details = {
    attribute,
    before,
    after,
    ...(because !== undefined && { cause: { stack: because.stack, address: because.address } }),
  };
  const fix = fixOf(attribute, before, because);
  const holds = stateful[block.type];
  if (holds !== undefined || refused.has(block.type)) {
    const what = holds?.what ?? "subnet";
    const loses = holds?.loses ?? "what stands in it: network interfaces cannot move to another subnet";
    const why = `The ${what} would be replaced, and with it is lost ${loses}.${guard(block)}`;
    return findingOf("refuse", block, { why, fix }, details);
  }
  const notice = notices[block.type];
  if (notice === undefined) return undefined;
  const isFirst = block.lifecycle.create_before_destroy === true && notice.before !== undefined;
  const why = `It is replaced: ${isFirst ? notice.before : notice.replaced}.`;
  return findingOf("warn", block, { why, fix }, details);
}

function guard(block: Block): string {
  if (isPrevented(block)) return " Terraform refuses the plan, since prevent_destroy is set.";
  const protection = protections[block.type];
  return protection !== undefined && block.attributes[protection.attribute] === protection.on
    ? ` AWS refuses it in the middle of the apply, since ${protection.attribute} is set.`
    : "";
}

function fixOf(attribute: string, before: Json | undefined, because: Block | undefined): string {
  if (because !== undefined) return `See ${because.address}.`;
  if (before === undefined || before === null || before === "") return `Leave ${attribute} out, as it was deployed.`;
  return `Set ${attribute} back to ${JSON.stringify(before)}; to change it on purpose, make another one beside it and move over.`;
}
