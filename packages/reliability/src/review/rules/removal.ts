import { notices, protections, stateful, statefulElsewhere } from "../../aws/consequences.ts";
import { whatIsLeft } from "../../aws/what-is-left.ts";
import type { Change } from "../../read/plan.ts";
import type { Kind } from "../kinds.ts";
import { madeAgainOften, nobodyMisses, removals } from "./removals.ts";

/** What is to be said of something that goes, for ever or to be made again. */
export interface RemovalHit {
  readonly kind: Kind;
  readonly rule: string;
  readonly why: string;
  readonly source: string;
}

const holding = { ...stateful, ...statefulElsewhere };
const tables = "Mainstay's tables of what AWS loses with a resource";

/** Undefined where nobody misses it. */
export function removalOf(change: Change): RemovalHit | undefined {
  if (change.mode !== "managed") return undefined;
  if (change.deposed !== undefined) return deposedOf(change);
  switch (change.action) {
    case "delete":
      return deleted(change);
    case "replace":
      return replaced(change);
    case "forget":
      return {
        kind: "drift",
        rule: "forgotten",
        why: "It stays in AWS and is paid for, but Terraform does not look after it any more.",
        source: "Terraform, removed blocks",
      };
    case "no-op":
    case "create":
    case "read":
    case "update":
      return undefined;
    default:
      return change.action satisfies never;
  }
}

function deleted(change: Change): RemovalHit | undefined {
  const { type } = change;
  const holds = own(holding, type);
  if (holds !== undefined) {
    const why = `The ${holds.what} is deleted, and with it is lost ${holds.loses}.${guard(change)}${whatIsLeft(sideOf(change))}`;
    return { kind: "data-loss", rule: "deleted-with-data", why, source: tables };
  }
  if (nobodyMisses.has(type)) return undefined;
  const removal = own(removals, type);
  const text = removal?.deleted ?? own(notices, type)?.deleted;
  if (text !== undefined)
    return {
      kind: removal?.kind ?? "outage",
      rule: "deleted",
      why: `It is deleted: ${text}.${guard(change)}`,
      source: tables,
    };
  return unlisted(type, "It is deleted.");
}

/** WHY so bad: nobody has looked at the type, and silence would be a promise. */
function unlisted(type: string, what: string): RemovalHit {
  const isAws = type.startsWith("aws_");
  return {
    kind: isAws ? "outage" : "data-loss",
    rule: "deleted-unlisted",
    why: `${what} Mainstay has no table for ${isAws ? "this type" : "this provider"}: what is lost with it is not known here.`,
    source: tables,
  };
}

function replaced(change: Change): RemovalHit | undefined {
  const { type, createBeforeDestroy } = change;
  const holds = own(holding, type);
  if (holds !== undefined) {
    const why = `The ${holds.what} is replaced by an empty one, and with it is lost ${holds.loses}.${guard(change)}${whatIsLeft(sideOf(change))}`;
    return { kind: "data-loss", rule: "replaced-with-data", why, source: tables };
  }
  if (type === "aws_subnet")
    return {
      kind: "outage",
      rule: "replaced",
      why: "It is replaced: what stands in it cannot move to another subnet, and goes with it, or AWS refuses.",
      source: tables,
    };
  if (madeAgainOften.has(type)) return undefined;
  const notice = own(notices, type);
  if (notice !== undefined && !createBeforeDestroy)
    return { kind: "outage", rule: "replaced", why: `It is replaced: ${notice.replaced}.`, source: tables };
  const why = createBeforeDestroy
    ? `It is replaced: ${notice?.before ?? "the new one is there before the old one goes; its id changes"}.`
    : "It is replaced: the old one goes first, then a new one comes with another id.";
  return { kind: "replacement", rule: "replaced", why, source: tables };
}

function deposedOf(change: Change): RemovalHit {
  const holds = own(holding, change.type);
  return holds === undefined
    ? {
        kind: "replacement",
        rule: "deposed",
        why: "What an earlier replacement left behind is deleted.",
        source: "Terraform, create_before_destroy",
      }
    : {
        kind: "data-loss",
        rule: "deposed",
        why: `What an earlier replacement left behind is deleted: a ${holds.what}, and with it is lost ${holds.loses}.`,
        source: "Terraform, create_before_destroy",
      };
}

function guard({ type, before }: Change): string {
  const protection = own(protections, type);
  return protection !== undefined && before?.[protection.attribute] === protection.on
    ? ` AWS refuses that in the middle of the apply, since ${protection.attribute} is on.`
    : "";
}

function sideOf({ type, before }: Change): Parameters<typeof whatIsLeft>[0] {
  return { type, values: before ?? {} };
}

function own<Value>(table: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
