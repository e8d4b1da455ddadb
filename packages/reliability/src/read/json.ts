/** Whatever `JSON.parse` may answer. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value below `path`; undefined where something on the way is missing. Only own keys count. */
export function at(value: unknown, ...path: readonly string[]): Json | undefined {
  let current: unknown = value;
  for (const key of path) {
    if (!isObject(current) || !Object.hasOwn(current, key)) return undefined;
    current = current[key];
  }
  return current as Json | undefined;
}

/** The object below `path`; an empty one where there is none. */
export function objectAt(value: unknown, ...path: readonly string[]): JsonObject {
  const found = at(value, ...path);
  return isObject(found) ? found : {};
}

/** The list below `path`; an empty one where there is none. */
export function listAt(value: unknown, ...path: readonly string[]): readonly Json[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The text below `path`; undefined where there is none. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === "string" ? found : undefined;
}

/** The number below `path`, also one that is written as text; undefined where there is none. */
export function numberAt(value: unknown, ...path: readonly string[]): number | undefined {
  const found = at(value, ...path);
  if (typeof found === "string" && /^-?\d+(\.\d+)?$/.test(found)) return Number(found);
  return typeof found === "number" ? found : undefined;
}

/** Nested blocks below `path`. Terraform's JSON has one block as an object or as a list of one. */
export function blocksAt(value: unknown, ...path: readonly string[]): readonly JsonObject[] {
  const found = at(value, ...path);
  if (isObject(found)) return [found];
  return Array.isArray(found) ? found.filter(isObject) : [];
}

/** Every text in `value`, with the names that lead to it; positions in lists are left out. */
export function* textsIn(
  value: unknown,
  path: readonly string[] = [],
): Generator<readonly [path: string, text: string]> {
  if (typeof value === "string") yield [path.join("."), value];
  else if (Array.isArray(value)) for (const item of value) yield* textsIn(item, path);
  else if (isObject(value)) for (const [key, item] of Object.entries(value)) yield* textsIn(item, [...path, key]);
}

/** A plain value as Terraform puts it into a text. */
export function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** No provider nests deeper, by far. WHY a limit: whoever walks through a value must not run out of stack. */
const deepest = 200;

/** Whether a value is nested so deep that nothing can be said of it. */
export function isTooDeep(value: unknown, depth = 0): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (depth >= deepest) return true;
  if (Array.isArray(value)) return value.some((item) => isTooDeep(item, depth + 1));
  for (const name in value) if (isTooDeep((value as Readonly<Record<string, unknown>>)[name], depth + 1)) return true;
  return false;
}
