import { isTooDeep, type Json } from "../read/json.ts";

/** What a text says as JSON; undefined where it is no object or list. Attributes of AWS hold documents as text. */
export function parsed(text: string): Json | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const tree = JSON.parse(text) as Json;
    return isTooDeep(tree) ? undefined : tree;
  } catch {
    return undefined;
  }
}
