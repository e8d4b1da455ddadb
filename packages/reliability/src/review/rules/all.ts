import { accessRules } from "./access.ts";
import { backupRules } from "./backups.ts";
import { costRules } from "./costs.ts";
import { dataRules } from "./data.ts";
import { databaseRules } from "./databases.ts";
import { encryptionRules } from "./encryption.ts";
import { networkRules } from "./networks.ts";
import { outageRules } from "./outages.ts";
import { policyRules } from "./policies.ts";
import { redundancyRules } from "./redundancy.ts";
import { removals } from "./removals.ts";
import type { Rule } from "./rule.ts";

/** Every rule that looks at attributes. What goes as a whole: `removal.ts`; what has drifted: `../drift.ts`. */
export const rules: readonly Rule[] = [
  ...dataRules,
  ...databaseRules,
  ...outageRules,
  ...networkRules,
  ...accessRules,
  ...encryptionRules,
  ...policyRules,
  ...redundancyRules,
  ...backupRules,
  ...costRules,
];

const forAll = rules.filter(({ types }) => types === "all");
const byType = new Map<string, Rule[]>();
for (const rule of rules) {
  if (rule.types === "all") continue;
  for (const type of rule.types) byType.set(type, [...(byType.get(type) ?? []), rule]);
}

export function rulesFor(type: string): readonly Rule[] {
  return [...(byType.get(type) ?? []), ...forAll];
}

/** Whether anything is known of a type but what is said of all. */
export function isKnownType(type: string): boolean {
  return byType.has(type) || Object.hasOwn(removals, type);
}
