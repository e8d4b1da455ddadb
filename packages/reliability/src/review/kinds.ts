/** What a change may do, the worst first. `harmless` says that no rule knows anything against it. */
export const kinds = [
  "data-loss",
  "outage",
  "security",
  "replacement",
  "redundancy",
  "backup",
  "drift",
  "cost",
  "harmless",
] as const;

export type Kind = (typeof kinds)[number];

/** How people call a kind. */
export const titles: Readonly<Record<Kind, string>> = {
  "data-loss": "Data loss",
  outage: "Outage",
  security: "Security opening",
  replacement: "Replacement",
  redundancy: "Less redundancy",
  backup: "Backup or protection weakened",
  drift: "Drift",
  cost: "Cost",
  harmless: "No known risk",
};

/** What a kind means, in a sentence. */
export const meanings: Readonly<Record<Kind, string>> = {
  "data-loss": "Something that another apply cannot bring back would be gone.",
  outage: "Users, or programs that depend on it, would notice.",
  security: "More people or programs than before could reach, read or do something, or would not be seen doing it.",
  replacement: "It is made again: its id, and what is only in it, change.",
  redundancy: "Less is left to take over, or to give notice, when something fails.",
  backup: "Less can be brought back, or a protection against deletion is taken off.",
  drift: "What is deployed is not what was applied last, or will not be looked after any more.",
  cost: "The bill changes in kind: something else is paid by the hour, or more of it.",
  harmless: "No rule knows anything against it.",
};

/** Whether `kind` is as bad as `limit`, or worse. */
export function isAtLeast(kind: Kind, limit: Kind): boolean {
  return kinds.indexOf(kind) <= kinds.indexOf(limit);
}
