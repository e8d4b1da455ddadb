import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { isObject, listAt, textAt } from "../../read/json.ts";
import type { Plan } from "../../read/plan.ts";
import { differencesOf } from "../differences.ts";
import { Masker } from "../masking/masker.ts";
import { canonical } from "./canonical.ts";

/** What a plan is recognised by. */
export interface PlanDigest {
  /** `mainstay1:` and 64 hexadecimal digits: over the plan, the commit and the lock file. `mainstay1k:` with a key. */
  readonly digest: string;
  /** The same over the plan alone, with its secrets. */
  readonly plan: string;
  readonly configuration: string;
  readonly commit: string | undefined;
  readonly lockFile: string | undefined;
  /** By address, of what changes: over what is not secret of it. They say where two plans differ. */
  readonly changes: Readonly<Record<string, string>>;
}

/** What says nothing, or the same again: a plan made a minute later from the same code is the same plan. */
const left = new Set([
  "timestamp",
  "prior_state",
  "planned_values",
  "relevant_attributes",
  "format_version",
  "configuration",
  "resource_changes",
]);

/**
 * Digests of a plan. Two plans with the same digest do the same thing, from the same commit with the same providers.
 *
 * Without `key` anybody can compute it: who knows all of a plan but one short secret could find that by trying.
 */
export function digestOf(
  given: unknown,
  plan: Plan,
  { key, commit, lockFile }: { readonly key?: string; readonly commit?: string; readonly lockFile?: string },
): PlanDigest {
  const json = plan.readable ? given : undefined;
  const hasher = (): Hash | Hmac => (key === undefined ? createHash("sha256") : createHmac("sha256", key));
  const hash = (text: string) => hasher().update(text).digest("hex");
  const configuration = hash(canonical(plan.configuration));
  const whole = hasher();
  for (const name of isObject(json) ? Object.keys(json).toSorted() : [])
    if (!left.has(name)) whole.update(`${name}=${canonical((json as Record<string, unknown>)[name])}\n`);
  const entries = listAt(json, "resource_changes").map(
    (entry) => [`${textAt(entry, "address")} ${textAt(entry, "deposed")}`, entry] as const,
  );
  for (const [address, entry] of entries.toSorted(([one], [other]) => (one < other ? -1 : 1)))
    whole.update(`${address}=${canonical(entry)}\n`);
  const planHash = whole.update(configuration).digest("hex");
  const lock = lockFile === undefined ? undefined : hash(lockFile.replaceAll("\r\n", "\n"));
  return {
    digest: `mainstay1${key === undefined ? "" : "k"}:${hash(canonical([planHash, commit ?? null, lock ?? null]))}`,
    plan: planHash,
    configuration,
    commit,
    lockFile: lock,
    changes: changesOf(plan, hash),
  };
}

/** Says the same of every secret. */
class Blind extends Masker {
  override hash(): string {
    return "00000000";
  }
}

function changesOf(plan: Plan, hash: (text: string) => string): Record<string, string> {
  const masker = new Blind("");
  const found: Record<string, string> = {};
  for (const change of [...plan.changes, ...plan.deposed]) {
    if (change.action === "no-op" && change.previous === undefined && !change.imported) continue;
    const { instance, action, deposed, previous, replacedFor } = change;
    const values =
      change.before !== undefined && change.after !== undefined
        ? differencesOf(change, masker)
        : masker.shown(
            change.type,
            [],
            change.after ?? change.before,
            change.after === undefined ? change.sensitive.before : change.sensitive.after,
          );
    found[masker.text(deposed === undefined ? instance : `${instance} (deposed ${deposed})`)] = hash(
      JSON.stringify([action, previous, replacedFor, values]),
    ).slice(0, 16);
  }
  return found;
}
