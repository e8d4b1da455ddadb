import type { Values } from "./import-ids.ts";
import type { Arn, Kind } from "./kinds.ts";

export type Tags = Readonly<Record<string, string>>;

/** What AWS has and no state knows. */
export interface Stray {
  readonly arn: Arn;
  readonly kind: Kind;
  /** The one of the kind's types that it is. */
  readonly type: string;
  readonly tags: Tags;
  /** What `terraform import` takes. */
  readonly id: string;
}

/** What Terraform would create. */
export interface Planned {
  readonly address: string;
  readonly type: string;
  readonly region: string;
  /** Attributes as far as they are known before it is there. */
  readonly values: Values;
}

/** A stray and the address that it belongs to. */
export interface Pair {
  readonly address: string;
  readonly type: string;
  readonly id: string;
  readonly stray?: Stray;
}

/** Whether a stray is what is planned: only its name can say so. */
export type Resemblance = "same" | "other" | "perhaps";

/** Compares type, region, name and the `Name` tag; "perhaps" where neither side has a name. */
export function resemblance(stray: Stray, planned: Planned): Resemblance {
  if (stray.type !== planned.type) return "other";
  if (stray.arn.region !== "" && stray.arn.region !== planned.region) return "other";
  const { name } = stray.kind;
  if (name !== undefined) {
    const [attribute, of] = name;
    const wanted = planned.values[attribute];
    if (typeof wanted === "string") return wanted === of(stray.arn) ? "same" : "other";
  }
  const wanted = nameTag(planned.values);
  if (wanted === undefined && stray.tags.Name === undefined) return "perhaps";
  return wanted === stray.tags.Name ? "same" : "other";
}

export interface Matches {
  /** No other stray could be at this address, and this stray at no other. */
  readonly pairs: readonly Pair[];
  /** Strays that fit an address as well as another stray does. */
  readonly ambiguous: readonly (readonly [stray: Stray, addresses: readonly string[]])[];
}

/**
 * Gives strays their addresses. Where two strays fit one address, or one fits two, neither gets it: a wrong guess would give one
 * resource's data to another.
 */
export function match(
  strays: readonly Stray[],
  planned: readonly Planned[],
  fits: (stray: Stray, planned: Planned) => boolean,
): Matches {
  const pairs: Pair[] = [];
  const ambiguous: (readonly [Stray, readonly string[]])[] = [];
  for (const stray of strays) {
    const fitting = planned.filter((candidate) => fits(stray, candidate));
    const [only] = fitting;
    if (only === undefined) continue;
    const rivals = strays.filter((other) => fitting.some((candidate) => fits(other, candidate)));
    if (fitting.length === 1 && rivals.length === 1) {
      pairs.push({ address: only.address, type: only.type, id: stray.id, stray });
    } else ambiguous.push([stray, fitting.map(({ address }) => address)]);
  }
  return { pairs, ambiguous };
}

/**
 * Whether what exists is what the plan would make, as far as both are known. Tags, and what AWS does not tell of an existing thing, say
 * nothing.
 */
export function agrees(planned: Values, actual: Values): boolean {
  return Object.entries(planned)
    .filter(([attribute]) => !["tags", "tags_all"].includes(attribute))
    .every(([attribute, value]) => isUnknown(value) || isUnknown(actual[attribute]) || equal(value, actual[attribute]));
}

/** The stack's own tags are among `tags`. */
export function belongs(tags: unknown, identity: Tags): boolean {
  const found = (tags ?? {}) as Readonly<Record<string, unknown>>;
  return Object.entries(identity).every(([key, value]) => found[key] === value);
}

function nameTag({ tags, tags_all: all }: Values): string | undefined {
  for (const list of [all, tags] as (Tags | undefined | null)[]) {
    if (typeof list?.Name === "string") return list.Name;
  }
  return undefined;
}

function isUnknown(value: unknown): boolean {
  return value === undefined || value === null;
}

/** The provider reads what was left out as nothing, false, zero or an empty list. */
function isUnset(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === false || value === 0) return true;
  return typeof value === "object" && Object.values(value).every(isUnset);
}

/** WHY sorted: the order of a set is not one. */
function equal(one: unknown, other: unknown): boolean {
  if (isUnset(one) && isUnset(other)) return true;
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => !isUnset(inner))
      .map(([key, inner]) => [key, sorted(inner)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}
