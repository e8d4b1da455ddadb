import { isObject } from "../../read/json.ts";

/** JSON in one spelling: names in order, without spaces. */
export function canonical(value: unknown): string {
  // WHY: what Terraform writes is in order nearly always, and the engine's own way is many times as fast.
  return isSorted(value) ? (JSON.stringify(value) ?? "null") : sorted(value);
}

function isSorted(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isSorted);
  if (!isObject(value)) return true;
  let last = "";
  for (const name of Object.keys(value)) {
    if (name < last || !isSorted(value[name])) return false;
    last = name;
  }
  return true;
}

function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? "null";
  const entries = Object.keys(value)
    .toSorted()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${entries.join(",")}}`;
}
