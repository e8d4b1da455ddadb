import { randomBytes } from "node:crypto";
import { type Action, type Change, type Plan, readPlan } from "../read/plan.ts";
import { type BlindSpot, blindSpotsOf } from "./blind-spots.ts";
import { at, Causes } from "./causes.ts";
import { differencesOf } from "./differences.ts";
import { digestOf, type PlanDigest } from "./digest/digest.ts";
import { driftOf } from "./drift.ts";
import type { Difference, Finding, ReviewedChange, Undecided } from "./finding.ts";
import { type Kind, kinds } from "./kinds.ts";
import { knownSecrets } from "./masking/known.ts";
import { Masker } from "./masking/masker.ts";
import { absent } from "./masking/shown.ts";
import { outputChanges, outputFindings } from "./outputs.ts";
import { problemsOf } from "./problems.ts";
import { localAddress, References } from "./references.ts";
import { rulesFor } from "./rules/all.ts";
import { removalOf } from "./rules/removal.ts";
import { type Path, pathText, View } from "./view.ts";

/** One plan of a review. */
export interface PlanToReview {
  /** Names it in the report. */
  readonly stack: string;
  /** What `terraform show -json <plan file>` prints, parsed. */
  readonly plan: unknown;
}

export interface ReviewOptions {
  /**
   * Key of the hashes that stand for secrets, and of the digest. Anybody who has it can try out guesses of a short secret.
   *
   * @default a new random one: hashes can be compared within one report only; the digest has none
   */
  readonly key?: string;
  /**
   * The commit from which the plan was made. A part of the digest.
   *
   * @default none
   */
  readonly commit?: string;
  /**
   * The text of `.terraform.lock.hcl`. A part of the digest.
   *
   * @default none
   */
  readonly lockFile?: string;
}

/** What can be said of one plan as a whole. */
export interface StackReview {
  readonly stack: string;
  /** False where the plan is no plan, has failed, or is not all that has to be done: nothing is approved then. */
  readonly reviewed: boolean;
  /** Why it is not reviewed. */
  readonly problems: readonly string[];
  readonly terraformVersion: string;
  readonly counts: Readonly<Record<Exclude<Action, "no-op"> | "move" | "import", number>>;
  readonly digest: PlanDigest;
}

/** What a reviewer has to know of some plans. Secrets are masked; texts are not escaped for any output. */
export interface Review {
  /** True where each of the plans is. */
  readonly reviewed: boolean;
  readonly stacks: readonly StackReview[];
  /** The worst first. */
  readonly findings: readonly Finding[];
  readonly changes: readonly ReviewedChange[];
  readonly undecided: readonly Undecided[];
  readonly blindSpots: readonly BlindSpot[];
}

/** Reviews plans of one deployment together. Never throws, whatever the JSON is. */
export function review(plans: readonly PlanToReview[], options: ReviewOptions = {}): Review {
  const key = options.key ?? randomBytes(32).toString("hex");
  const parts = plans.map(({ stack, plan }) => reviewOne(readPlan(plan, stack), plan, key, options));
  return {
    reviewed: parts.length > 0 && parts.every(({ summary }) => summary.reviewed),
    stacks: parts.map(({ summary }) => summary),
    findings: parts.flatMap(({ findings }) => findings).toSorted(byKind),
    changes: parts.flatMap(({ changes }) => changes).toSorted(byKind),
    undecided: parts.flatMap(({ undecided }) => undecided).toSorted(byKind),
    blindSpots: parts.flatMap(({ blindSpots }) => blindSpots),
  };
}

interface Part extends Pick<Review, "findings" | "changes" | "undecided" | "blindSpots"> {
  readonly summary: StackReview;
}

function reviewOne(plan: Plan, json: unknown, key: string, options: ReviewOptions): Part {
  const masker = new Masker(key, knownSecrets(plan));
  const references = new References(plan.configuration);
  const causes = new Causes(plan, references, masker);
  const drift = driftOf(plan, references, masker);
  const findings: Finding[] = [];
  const changes: ReviewedChange[] = [];
  const undecided: Undecided[] = [];
  const seen = new Map<Change, readonly Difference[]>();
  for (const change of [...plan.changes, ...plan.deposed]) {
    const own = findingsOf(change, masker, causes);
    findings.push(...own);
    if (!isShown(change)) continue;
    const written = references.written(change.module, localAddress(change));
    undecided.push(...undecidedOf(change, written, masker));
    const all = differencesOf(change, masker);
    seen.set(change, all);
    changes.push(reviewed(change, own, toldOf(change, all, written), masker));
  }
  findings.push(...drift.findings, ...outputFindings(plan, masker));
  changes.push(...drift.changes, ...outputChanges(plan, masker));
  const problems = problemsOf(plan).map((problem) => masker.text(problem));
  return {
    findings,
    changes,
    undecided,
    blindSpots: blindSpotsOf(plan, masker),
    summary: {
      stack: plan.stack,
      reviewed: problems.length === 0,
      problems,
      terraformVersion: plan.terraformVersion,
      counts: countsOf(plan),
      digest: digestOf(json, plan, options, { masker, differences: (change) => seen.get(change) ?? [] }),
    },
  };
}

function findingsOf(change: Change, masker: Masker, causes: Causes): Finding[] {
  if (change.mode !== "managed" && change.type !== "aws_iam_policy_document") return [];
  const place = { stack: change.stack, address: addressOf(change, masker), type: change.type, action: change.action };
  const cause = causes.of(change);
  const found: Finding[] = [];
  const removal = removalOf(change);
  if (removal !== undefined) {
    const first = cause?.attributes[0];
    const { attribute, before, after } = first ?? { attribute: undefined, before: absent, after: absent };
    found.push({ ...place, ...removal, attribute, before, after, cause });
  }
  if (change.after === undefined || change.deposed !== undefined) return found;
  const view = new View(change);
  const seen = new Set<string>();
  for (const rule of rulesThatApply(change)) {
    if (rule.watches.length > 0 && !view.differsAt(rule.watches)) continue;
    for (const hit of rule.look(view)) {
      const difference = shownHit(change, hit.path, hit.before, hit.after, masker);
      const identity = JSON.stringify([rule.id, difference]);
      if (seen.has(identity)) continue;
      seen.add(identity);
      const { attribute, before, after } = difference;
      found.push({
        ...place,
        kind: rule.kind,
        rule: rule.id,
        attribute: hit.path.length === 0 ? undefined : attribute,
        before,
        after,
        why: masker.text(hit.why),
        cause: undefined,
        source: rule.source,
      });
    }
  }
  return found;
}

function rulesThatApply({ action, type, before, mode }: Change): ReturnType<typeof rulesFor> {
  if (mode === "data") return action === "read" ? rulesFor(type) : [];
  if (action !== "create" && action !== "update" && action !== "replace") return [];
  const rules = rulesFor(type);
  if (before === undefined) return rules.filter(({ judgesNew }) => judgesNew === true);
  // What is made again is not restarted, and its size is said with it.
  return action === "replace" ? rules.filter(({ kind }) => kind !== "outage" && kind !== "cost") : rules;
}

function shownHit(
  change: Change,
  path: Path,
  before: Parameters<Masker["shown"]>[2],
  after: Parameters<Masker["shown"]>[2],
  masker: Masker,
): Difference {
  const side = (value: typeof before, marks: unknown) => masker.shown(change.type, path, value, at(marks, path, true));
  return {
    attribute: masker.text(pathText(path)),
    before: side(before, change.sensitive.before),
    after: side(after, change.sensitive.after),
  };
}

/** WHY only what the code sets: all else is as the provider, or AWS, has it by default, and is unknown in every plan. */
function undecidedOf(change: Change, written: ReadonlySet<string> | undefined, masker: Masker): Undecided[] {
  if (change.mode !== "managed" || Object.keys(change.unknown).length === 0) return [];
  const view = new View(change);
  const found = new Map<string, Kind>();
  for (const rule of rulesThatApply(change)) {
    for (const attribute of rule.watches) {
      if (written?.has(topOf(attribute)) === false) continue;
      if (!view.isUnknown(attribute) || (rule.judgesNew !== true && view.before(attribute).length === 0)) continue;
      const other = found.get(attribute);
      if (other === undefined || kinds.indexOf(rule.kind) < kinds.indexOf(other)) found.set(attribute, rule.kind);
    }
  }
  return [...found].map(([attribute, kind]) => ({
    stack: change.stack,
    address: addressOf(change, masker),
    attribute,
    kind,
  }));
}

/** WHY not all: a replacement makes what the code does not set unknown, or sets it to nothing, which says nothing. */
function toldOf(
  { action, replacePaths }: Change,
  differences: readonly Difference[],
  written: ReadonlySet<string> | undefined,
): readonly Difference[] {
  if (action !== "replace" || written === undefined) return differences;
  const forcing = new Set(replacePaths.map(([first]) => String(first)));
  return differences.filter(({ attribute }) => {
    const name = topOf(attribute);
    return written.has(name) || forcing.has(name);
  });
}

/** The name at the top of a path: `ingress` of `ingress[0].cidr_blocks`. */
function topOf(attribute: string): string {
  return /^\w+/.exec(attribute)?.[0] ?? "";
}

function isShown(change: Change): boolean {
  return change.action !== "no-op" || change.previous !== undefined || change.imported;
}

function reviewed(
  change: Change,
  findings: readonly Finding[],
  differences: readonly Difference[],
  masker: Masker,
): ReviewedChange {
  return {
    stack: change.stack,
    address: addressOf(change, masker),
    type: change.type,
    action: change.action,
    previous: change.previous === undefined ? undefined : masker.text(change.previous),
    imported: change.imported,
    outside: false,
    kind: kinds.find((kind) => findings.some((finding) => finding.kind === kind)) ?? "harmless",
    differences,
  };
}

function addressOf({ instance, deposed }: Change, masker: Masker): string {
  return masker.text(deposed === undefined ? instance : `${instance} (deposed ${deposed})`);
}

function countsOf(plan: Plan): StackReview["counts"] {
  const counts = { create: 0, read: 0, update: 0, delete: 0, replace: 0, forget: 0, move: 0, import: 0 };
  for (const { action, previous, imported } of [...plan.changes, ...plan.deposed]) {
    if (action !== "no-op") counts[action] += 1;
    if (previous !== undefined) counts.move += 1;
    if (imported) counts.import += 1;
  }
  return counts;
}

function byKind(
  one: { readonly kind: Kind; readonly stack: string; readonly address: string },
  other: typeof one,
): number {
  return (
    kinds.indexOf(one.kind) - kinds.indexOf(other.kind) ||
    compare(one.stack, other.stack) ||
    compare(one.address, other.address)
  );
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
