import type { Json } from "../read/json.ts";

/** What a text says as JSON; undefined where it is no object or list. Attributes of AWS hold documents as text. */
export function parsed(text: string): Json | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
