import type { Change, Plan } from "../read/plan.ts";
import { differencesOf } from "./differences.ts";
import type { Difference, Finding, ReviewedChange } from "./finding.ts";
import type { Masker } from "./masking/masker.ts";
import { absent } from "./masking/shown.ts";
import { localAddress, type References } from "./references.ts";
import { rulesFor } from "./rules/all.ts";
import { pathText, View } from "./view.ts";

const source = "Terraform, resource_drift: what a refresh found that no apply has done";
/** Attributes that AWS changes by itself all the time. */
const restless = /^(tags_all|arn|etag|last_modified|latest_restorable_time|version_id|status|.*_date|.*_time)\b/;

/** What drifts, and whether anybody has to care. */
export interface Drift {
  readonly findings: readonly Finding[];
  /** Attributes that the code does not set, and in which no rule sees anything: another resource may have set them. */
  readonly changes: readonly ReviewedChange[];
}

/** What somebody, or AWS, has changed since the last apply, and what the plan does with it. */
export function driftOf(plan: Plan, references: References, masker: Masker): Drift {
  const accompanied = withCompanions(plan);
  const planned = new Map(plan.changes.map((change) => [change.instance, change]));
  const findings: Finding[] = [];
  const changes: ReviewedChange[] = [];
  for (const change of plan.drift) {
    // A moved block is no drift.
    if (change.mode !== "managed" || change.action === "no-op") continue;
    const now = planned.get(change.instance);
    const finding = (why: string, difference?: Difference): Finding => ({
      stack: plan.stack,
      address: masker.text(change.instance),
      kind: "drift",
      rule: change.action === "delete" ? "deleted-outside" : "changed-outside",
      type: change.type,
      action: change.action,
      attribute: difference?.attribute,
      before: difference?.before ?? absent,
      after: difference?.after ?? absent,
      why,
      cause: undefined,
      source,
    });
    if (change.action === "delete") {
      findings.push(
        finding(
          `Somebody has deleted it outside of Terraform. ${now?.action === "create" ? "The plan makes a new one." : "The plan does not make it again."}`,
        ),
      );
      continue;
    }
    const written = references.written(change.module, localAddress(change));
    const isWritten = ({ attribute }: Difference) => written?.has(/^\w+/.exec(attribute)?.[0] ?? "") ?? true;
    const differences = differencesOf(change, masker).filter(
      (difference) => !restless.test(difference.attribute) && !isDefault(difference),
    );
    const own = [
      ...differences
        .filter(isWritten)
        .map((difference) => finding(`Changed outside of Terraform. ${outcome(now, difference, masker)}`, difference)),
      ...(accompanied.has(change)
        ? []
        : risksOf(change, masker).map(({ why, difference }) =>
            finding(`Changed outside of Terraform, and the code does not say what it should be. ${why}`, difference),
          )),
    ];
    findings.push(...own);
    const others = differences.filter((difference) => !isWritten(difference));
    if (others.length > 0 && own.length === 0)
      changes.push({
        stack: plan.stack,
        address: masker.text(change.instance),
        type: change.type,
        action: change.action,
        previous: undefined,
        imported: false,
        outside: true,
        kind: "harmless",
        differences: others,
      });
  }
  return { findings, changes };
}

/** WHY: what was never set comes back from AWS as 0, false or an empty text. */
function isDefault({ before, after }: Difference): boolean {
  return before.state === "absent" && after.state === "value" && [0, false, ""].some((value) => value === after.value);
}

/** What becomes of it by this plan. */
function outcome(change: Change | undefined, { attribute }: Difference, masker: Masker): string {
  if (change === undefined || change.action === "no-op" || change.action === "read")
    return "The plan leaves it as it is now.";
  const touched = differencesOf(change, masker).some((other) => other.attribute === attribute);
  return touched ? "The plan puts something else there." : "The plan leaves it as it is now.";
}

/** What a rule would say if a plan did this. */
function risksOf(change: Change, masker: Masker): { readonly why: string; readonly difference: Difference }[] {
  const view = new View(change);
  return rulesFor(change.type)
    .filter(({ kind }) => kind === "security")
    .flatMap((rule) => rule.look(view))
    .map(({ path, before, after, why }) => ({
      why: masker.text(why),
      difference: {
        attribute: masker.text(pathText(path)),
        before: masker.shown(change.type, path, before, undefined),
        after: masker.shown(change.type, path, after, undefined),
      },
    }));
}

/**
 * Resources of which another one of the plan sets a part: `aws_s3_bucket_policy` that of a bucket, a rule that of a security group.
 * After its first apply, that part is news to the state and to nobody else.
 *
 * WHY two passes: thousands may drift in a plan of thousands.
 */
function withCompanions(plan: Plan): ReadonlySet<Change> {
  const drifted = new Map<string, Change[]>();
  for (const change of plan.drift)
    for (const name of namesOf(change)) {
      const same = drifted.get(name);
      if (same === undefined) drifted.set(name, [change]);
      else same.push(change);
    }
  // A name that so many have says nothing of any.
  for (const [name, same] of drifted) if (same.length > 50) drifted.delete(name);
  const found = new Set<Change>();
  if (drifted.size === 0) return found;
  for (const { type, instance, after } of plan.changes)
    for (const value of Object.values(after ?? {}))
      for (const change of (typeof value === "string" ? drifted.get(value) : undefined) ?? [])
        if (change.instance !== instance && isCompanion(type, change.type)) found.add(change);
  return found;
}

function namesOf({ before }: Change): string[] {
  return ["id", "arn", "name", "bucket"]
    .map((key) => before?.[key])
    .filter((name) => typeof name === "string" && name !== "") as string[];
}

function isCompanion(type: string, of: string): boolean {
  return type.startsWith(`${of}_`) || (of === "aws_security_group" && /^aws_vpc_security_group_\w+_rule$/.test(type));
}
