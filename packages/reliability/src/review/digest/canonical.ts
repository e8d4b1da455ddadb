import { isObject } from "../../read/json.ts";

/** JSON in one spelling: names in order, without spaces. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (isObject(value)) {
    const entries = Object.keys(value)
      .toSorted()
      .map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
    return `{${entries.join(",")}}`;
  }
  return JSON.stringify(value) ?? "null";
}
