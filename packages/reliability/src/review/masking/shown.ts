import type { Json } from "../../read/json.ts";

/** A value as it may be shown to anybody. */
export type Shown =
  | { readonly state: "absent" }
  /** Known only when the change is applied. */
  | { readonly state: "unknown" }
  /** A secret; `hash` changes with it, and says nothing else of it. */
  | { readonly state: "secret"; readonly hash: string }
  /** Secrets inside of it are written as `(secret #1a2b3c4d)`. */
  | { readonly state: "value"; readonly value: Json };

export const absent: Shown = { state: "absent" };
export const unknown: Shown = { state: "unknown" };

/** How a secret stands in a text. */
export function secretText(hash: string): string {
  return `(secret #${hash})`;
}

/** One line of plain text, not escaped for anything. */
export function shownText(shown: Shown): string {
  switch (shown.state) {
    case "absent":
      return "nothing";
    case "unknown":
      return "(known after apply)";
    case "secret":
      return secretText(shown.hash);
    case "value":
      return typeof shown.value === "string" ? shown.value : JSON.stringify(shown.value);
    default:
      return shown satisfies never;
  }
}
