import type { Sighting } from "../http/route.ts";

/**
 * What a line of the audit log is about, as keys. An answer is out of date when it and a later change have a key in common: its
 * subject, each of the ids that a list shows, and whose list it is (a booking is new in the agendas of its patient and its clinician).
 *
 * WHY the word before the point: what a list shows is not its subject, where it is the list of somebody's documents.
 */
export function keysOf({ action, subject, id, detail = {} }: Sighting): string[] {
  const kind = action.slice(0, action.indexOf("."));
  const { ids, ...others } = detail;
  const owners = Object.entries(others).filter(([name]) => name.endsWith("Id"));
  if (kind !== subject && id !== undefined) owners.push([`${subject}Id`, id]);
  return [
    ...(id === undefined ? [] : [`${subject} ${id}`]),
    ...(Array.isArray(ids) ? ids.map((shown) => `${kind} ${String(shown)}`) : []),
    ...owners.map(([name, owner]) => `${kind} of ${name} ${String(owner)}`),
  ];
}
