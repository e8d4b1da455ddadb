/** One attribute that another set of bindings writes differently, for all resources of a type together. */
export interface Difference {
  /** From the top of the file; `*` stands for a resource's name, `[]` for any place in a list. */
  readonly path: string;
  /** As JSON; `absent` where there is none. */
  readonly here: string;
  readonly there: string;
}

/** Terraform's blocks whose entries are type, then name. */
const named = new Set(["resource", "data", "ephemeral"]);

/** Whether the text of a value goes on after this many characters matters to nobody who reads a table. */
const longest = 60;

/** What differs between two JSON documents of Terraform, each kind of difference once, sorted. */
export function differences(here: unknown, there: unknown): Difference[] {
  const found = new Map(walk(here, there, []).map((difference) => [JSON.stringify(difference), difference]));
  return [...found.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, difference]) => difference);
}

function walk(here: unknown, there: unknown, path: readonly string[]): Difference[] {
  const [left, right] = [children(here), children(there)];
  if (left === undefined || right === undefined || Array.isArray(here) !== Array.isArray(there)) {
    const same = JSON.stringify(here) === JSON.stringify(there);
    return same ? [] : [{ path: pattern(path), here: text(here), there: text(there) }];
  }
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((key) =>
    walk(left.get(key), right.get(key), [...path, key]),
  );
}

/** The parts of an object or a list by name; undefined for a value that has none. */
function children(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const entries = Array.isArray(value) ? value.map((item, index) => [`[${index}]`, item] as const) : null;
  return new Map(entries ?? Object.entries(value));
}

function pattern(path: readonly string[]): string {
  const [block = ""] = path;
  return path
    .map((key, index) => (index === 2 && named.has(block) ? "*" : key))
    .reduce((whole, key) => (/^\[\d+\]$/.test(key) ? `${whole}[]` : whole === "" ? key : `${whole}.${key}`), "");
}

function text(value: unknown): string {
  const json = value === undefined ? "absent" : JSON.stringify(value);
  return json.length > longest ? `${json.slice(0, longest)}...` : json;
}
