import { replacedBy } from "../provider/replacement-table.ts";
import type { Json, JsonObject } from "../read/json.ts";
import { type Resources, stackOf, stateOf } from "../testing.ts";
import { preflight } from "./preflight.ts";

export function run(deployed: Resources, written: Resources, more: JsonObject = {}) {
  return preflight([stackOf(written, more)], [stateOf(deployed)]);
}

export function said(deployed: Resources, written: Resources, more: JsonObject = {}): string[] {
  const text = (value: Json | undefined) =>
    value === undefined || value === null ? "nothing" : typeof value === "string" ? value : JSON.stringify(value);
  return run(deployed, written, more).findings.map(
    ({ severity, address, attribute, before, after }) =>
      `${severity} ${address} ${attribute}: ${text(before)} -> ${text(after)}`,
  );
}

export function firstOf(type: string): string {
  return Object.keys(replacedBy[type] ?? {})[0] ?? "";
}

/** `{ a: { b: value } }` for `a.b`. */
export function put(path: string, value: string): JsonObject {
  return path.split(".").reduceRight<Json>((inner, key) => ({ [key]: inner }), value) as JsonObject;
}
