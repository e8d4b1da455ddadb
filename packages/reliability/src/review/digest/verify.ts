import { isObject, listAt, objectAt, textAt } from "../../read/json.ts";
import { readPlan } from "../../read/plan.ts";
import { problemsOf } from "../problems.ts";
import { type DigestInputs, digestOf, type PlanDigest } from "./digest.ts";

/** What a plan is compared with: the text of a digest, or one stack of a review in JSON. */
export interface Reviewed {
  readonly digest: string;
  /** With these it can be said what is different. */
  readonly parts?: PlanDigest;
}

export interface Verdict {
  readonly same: boolean;
  readonly digest: string;
  /** Why it is not the reviewed one. Sentences; not escaped for any output. */
  readonly reasons: readonly string[];
}

/** Whether `plan` is the plan that was reviewed, from the same commit with the same lock file. Never throws. */
export function verify(plan: unknown, reviewed: Reviewed, inputs: DigestInputs = {}): Verdict {
  const read = readPlan(plan, "");
  const problems = problemsOf(read);
  const now = digestOf(plan, read, inputs);
  if (now.digest === reviewed.digest && problems.length === 0) return { same: true, digest: now.digest, reasons: [] };
  const differences = now.digest === reviewed.digest ? [] : reasonsOf(reviewed, now);
  return { same: false, digest: now.digest, reasons: [...problems, ...differences] };
}

function reasonsOf({ digest, parts }: Reviewed, now: PlanDigest): string[] {
  const [scheme, nowScheme] = [digest, now.digest].map((text) => text.slice(0, text.indexOf(":")));
  if (scheme !== nowScheme) {
    if (scheme === "mainstay1k") return ["It was reviewed with a key, and none was given here."];
    if (scheme === "mainstay1" && nowScheme === "mainstay1k")
      return ["It was reviewed without a key, and one was given here."];
    return [`The digest is of a form that is not known here: ${scheme === "" ? digest : scheme}.`];
  }
  if (parts === undefined)
    return ["The plan, the commit or the lock file is another one. With the review in JSON it can be said which."];
  const found = [
    ...changed("The commit", parts.commit, now.commit),
    ...changed("The lock file of the providers", parts.lockFile, now.lockFile, false),
    ...(parts.configuration === now.configuration ? [] : ["The code that was planned is another one."]),
    ...changesOf(parts.changes, now.changes),
  ];
  if (parts.plan !== now.plan && found.length === 0)
    found.push("A value that is secret, drift, an output or a resource that does not change is another one.");
  if (found.length === 0) found.push("The review was changed after it was written: its digest does not fit its parts.");
  return found;
}

function changed(what: string, before: string | undefined, after: string | undefined, show = true): string[] {
  if (before === after) return [];
  if (before === undefined) return [`${what} was not a part of the review; leave it out here.`];
  if (after === undefined) return [`${what} was a part of the review, and was not given here.`];
  return [show ? `${what} was ${before} and is ${after}.` : `${what} is another one.`];
}

function changesOf(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): string[] {
  const addresses = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return addresses.flatMap((address) => {
    const [had, has] = [before, after].map((side) => (Object.hasOwn(side, address) ? side[address] : undefined));
    if (had === has) return [];
    if (had === undefined) return [`${address} changes, and did not in the reviewed plan.`];
    return [has === undefined ? `${address} does not change any more.` : `${address} changes in another way.`];
  });
}

/** The stacks of a review in JSON, by name. Empty for anything else. */
export function reviewedStacks(review: unknown): ReadonlyMap<string, Reviewed> {
  const stacks = listAt(review, "stacks").filter((stack) => isObject(stack) && stack.reviewed === true);
  return new Map(
    stacks.flatMap((stack) => {
      const digest = objectAt(stack, "digest");
      const text = textAt(digest, "digest");
      return text === undefined
        ? []
        : [[textAt(stack, "stack") ?? "", { digest: text, parts: partsOf(digest, text) }] as const];
    }),
  );
}

function partsOf(digest: unknown, text: string): PlanDigest {
  const changes = objectAt(digest, "changes");
  return {
    digest: text,
    plan: textAt(digest, "plan") ?? "",
    configuration: textAt(digest, "configuration") ?? "",
    commit: textAt(digest, "commit"),
    lockFile: textAt(digest, "lockFile"),
    changes: Object.fromEntries(
      Object.entries(changes).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
    ),
  };
}
