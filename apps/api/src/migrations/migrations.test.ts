import { describe, expect, it } from "@jest/globals";
import { migrations } from "./index.ts";
import type { Migration } from "./migration.ts";

/** What a release that runs beside the next could stumble over. */
function dangers({ kind, statements }: Migration): string[] {
  if (kind !== "expand") return [];
  const text = statements.map((statement) => (typeof statement === "string" ? statement : statement.sql));
  return text.flatMap((sql) => [
    ...(/^\s*(DROP|RENAME|TRUNCATE|DELETE|UPDATE)\b/i.test(sql) ? ["takes away"] : []),
    ...(/\b(DROP|RENAME|CHANGE|MODIFY)\s+(COLUMN\s+)?\w/i.test(sql) && /^\s*ALTER/i.test(sql)
      ? ["changes what is there"]
      : []),
    ...(/^\s*ALTER[\s\S]*ADD\s+COLUMN[\s\S]*NOT NULL(?![\s\S]*DEFAULT)/i.test(sql)
      ? ["a column that must be given"]
      : []),
  ]);
}

describe("migrations", () => {
  it("are numbered in order, each name once", () => {
    const names = migrations.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)].toSorted((a, b) => a.localeCompare(b)));
    for (const name of names) expect(name).toMatch(/^\d{4}-[a-z-]+$/);
  });

  it.each(migrations.map((migration) => [migration.name, migration] as const))(
    "%s lets the release before run on",
    (_, migration) => {
      expect(dangers(migration)).toEqual([]);
    },
  );

  it.each([
    "DROP TABLE patients",
    "ALTER TABLE patients DROP COLUMN phone",
    "ALTER TABLE patients RENAME COLUMN phone TO telephone",
    "ALTER TABLE patients MODIFY phone VARCHAR(10) NOT NULL",
    "ALTER TABLE patients ADD COLUMN insurance VARCHAR(40) NOT NULL",
    "UPDATE patients SET phone = NULL",
  ])("%s would be noticed, and is allowed to a migration that says it contracts", (statement) => {
    expect(dangers({ name: "0002-x", kind: "expand", statements: [statement] })).not.toEqual([]);
    const contract = { contract: true, after: "1.4.0" } as const;
    expect(dangers({ name: "0002-x", kind: contract, statements: [statement] })).toEqual([]);
  });
});
