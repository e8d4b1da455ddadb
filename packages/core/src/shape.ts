import { never, type ObjectEntries, objectWithRest } from "valibot";

/**
 * An object with these properties and no other; every unknown one is a problem of its own.
 *
 * WHY: valibot's `strictObject` stops at the first unknown property, and a user wants to know of all.
 */
export function exactly<const Entries extends ObjectEntries>(entries: Entries) {
  return objectWithRest(entries, never());
}
