import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { isObject, listAt, textAt } from "../../read/json.ts";
import type { Change, Plan } from "../../read/plan.ts";
import { differencesOf } from "../differences.ts";
import type { Difference } from "../finding.ts";
import { knownSecrets } from "../masking/known.ts";
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

/** What a digest is made of beside the plan. */
export interface DigestInputs {
  readonly key?: string;
  readonly commit?: string;
  readonly lockFile?: string;
}

/** What a review knows of a plan already. */
interface Seen {
  readonly masker: Masker;
  readonly differences: (change: Change) => readonly Difference[];
}

function seenOf(plan: Plan): Seen {
  const masker = new Masker("", knownSecrets(plan));
  return { masker, differences: (change) => differencesOf(change, masker) };
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
  { key, commit, lockFile }: DigestInputs,
  seen: Seen = seenOf(plan),
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
    changes: changesOf(plan, hash, seen),
  };
}

/** What a secret, or a long text, looks like says nothing here; that there is one, and that it changes, does. */
function withoutHashes(text: string): string {
  return text.replaceAll(/(secret #|characters #|"hash":")[0-9a-f]{8}/g, "$1");
}

function changesOf(plan: Plan, hash: (text: string) => string, { masker, differences }: Seen): Record<string, string> {
  const found: Record<string, string> = {};
  for (const change of [...plan.changes, ...plan.deposed]) {
    if (change.action === "no-op" && change.previous === undefined && !change.imported) continue;
    const { instance, action, deposed, previous, replacedFor, type, before, after, sensitive } = change;
    const values =
      before !== undefined && after !== undefined
        ? differences(change)
        : masker.shown(type, [], after ?? before, after === undefined ? sensitive.before : sensitive.after);
    const address = masker.text(deposed === undefined ? instance : `${instance} (deposed ${deposed})`);
    found[withoutHashes(address)] = hash(withoutHashes(JSON.stringify([action, previous, replacedFor, values]))).slice(
      0,
      16,
    );
  }
  return found;
}
