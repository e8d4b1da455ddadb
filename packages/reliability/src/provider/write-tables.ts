import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { kept } from "./kept.ts";
import { measureReplacement } from "./replacement.ts";
import { resourceSchemas, taggableTypes } from "./schema.ts";

// Writes the tables of this folder anew: `pnpm run provider-tables`, then format.

const width = 118;
const schemas = await resourceSchemas();

const lines: string[] = [];
for (const type of taggableTypes(schemas)) {
  const last = lines.at(-1);
  if (last === undefined || last.length + type.length + 1 > width) lines.push(type);
  else lines.splice(-1, 1, `${last} ${type}`);
}

writeFileSync(
  join(import.meta.dirname, "taggable-types.ts"),
  `/**
 * Every resource type of hashicorp/aws that takes tags, without its \`aws_\`.
 *
 * Written by \`pnpm run provider-tables\` from the provider's own schema; \`provider-tables.lifecycle.ts\` compares.
 */
const types = \`
${lines.join("\n")}
\`;

const taggable: ReadonlySet<string> = new Set(types.trim().split(/\\s+/));

/** Whether a resource of this type takes tags, and the provider's \`default_tags\` reach it. */
export function takesTags(type: string): boolean {
  return taggable.has(type.replace(/^aws_/, ""));
}
`,
);

const rows = Object.entries(await measureReplacement(schemas)).map(([type, row]) => {
  const cells = Object.entries(row)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, left]) => `${JSON.stringify(path)}: ${left === kept ? "kept" : JSON.stringify(left)}`);
  return `${type}: { ${cells.join(", ")} },`;
});

writeFileSync(
  join(import.meta.dirname, "replacement-table.ts"),
  `import { kept, type WhenLeftOut } from "./kept.ts";

/**
 * By type: arguments whose change has the provider replace the resource, each with what it becomes when it is left out.
 *
 * Written by \`pnpm run provider-tables\`, which asks hashicorp/aws itself; \`provider-tables.lifecycle.ts\` compares.
 */
export const replacedBy: Readonly<Record<string, Readonly<Record<string, WhenLeftOut>>>> = {
${rows.join("\n")}
};
`,
);
