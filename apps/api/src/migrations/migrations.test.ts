import { describe, expect, it } from "@jest/globals";
import { migrations } from "./index.ts";
import type { Migration } from "./migration.ts";

/** What a release that runs beside the next could stumble over. */
function dangers({ kind, statements }: Migration): string[] {
  if (kind !== "expand") return [];
  const text = statements.map((statement) => (typeof statement === "string" ? statement : statement.sql));
  const made = new Set(text.flatMap((sql) => /^\s*CREATE TABLE (?:IF NOT EXISTS )?`?(\w+)/i.exec(sql)?.[1] ?? []));
  return text.flatMap((sql) => [
    ...(/^\s*(DROP|RENAME|TRUNCATE|DELETE|UPDATE)\b/i.test(sql) ? ["takes away"] : []),
    ...dangersOfIndex(sql, made),
    ...dangersOfAlter(sql, made),
  ]);
}

/** What the release before writes may break a rule that it does not know. In a table that is new nothing is written yet. */
function dangersOfIndex(sql: string, made: ReadonlySet<string>): string[] {
  const [, table = ""] = /^\s*CREATE\s+UNIQUE\s+INDEX\s[\s\S]*?\bON\s+`?(\w+)/i.exec(sql) ?? [];
  return table === "" || made.has(table) ? [] : ["a rule that rows may break"];
}

function dangersOfAlter(sql: string, made: ReadonlySet<string>): string[] {
  const [, table = "", rest = ""] = /^\s*ALTER\s+TABLE\s+`?(\w+)`?\s+([\s\S]*)$/i.exec(sql) ?? [];
  if (table === "" || made.has(table)) return [];
  return partsOf(rest).flatMap((part) => {
    const [, added] = /^ADD\s+([\s\S]*)$/i.exec(part) ?? [];
    // WHY all else: DROP, RENAME, CHANGE, MODIFY, CONVERT, ... nobody has to know them all.
    if (added === undefined) return ["changes what is there"];
    if (/^(UNIQUE|CONSTRAINT|PRIMARY|FOREIGN|CHECK)\b/i.test(added)) return ["a rule that rows may break"];
    if (/^(KEY|INDEX|FULLTEXT|SPATIAL)\b/i.test(added)) return [];
    return columnsOf(added).flatMap((column) => [
      ...(/\bNOT\s+NULL\b/i.test(column) && !/\bDEFAULT\b|\bAUTO_INCREMENT\b|\bGENERATED\b|\bAS\s*\(/i.test(column)
        ? ["a column that must be given"]
        : []),
      ...(/\b(UNIQUE|CHECK|REFERENCES|PRIMARY)\b/i.test(column) ? ["a rule that rows may break"] : []),
    ]);
  });
}

/** `ADD a INT` or `ADD COLUMN (a INT, b INT)`: what is said of each column, without texts, in which any word may be. */
function columnsOf(added: string): string[] {
  const bare = added.replace(/^COLUMN\s+/i, "").replaceAll(/'(?:[^'\\]|\\.|'')*'/g, "''");
  const list = /^\(([\s\S]*)\)\s*$/.exec(bare)?.[1];
  return list === undefined ? [bare] : partsOf(list);
}

/** At the commas that are in no parentheses and no text. */
function partsOf(text: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const [piece] of text.matchAll(/'(?:[^'\\]|\\.|'')*'|[\s\S]/g)) {
    if (piece === "(") depth += 1;
    if (piece === ")") depth -= 1;
    if (piece === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += piece;
  }
  return parts.map((part) => part.trim());
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
    "ALTER TABLE patients ADD insurance INT NOT NULL",
    "ALTER TABLE patients ADD (insurance INT NOT NULL, language CHAR(2) NOT NULL DEFAULT 'en')",
    "ALTER TABLE patients ADD COLUMN (language CHAR(2) NULL, insurance INT NOT NULL)",
    "ALTER TABLE patients ADD COLUMN insurance INT NOT NULL, ADD COLUMN language CHAR(2) NOT NULL DEFAULT 'en'",
    "ALTER TABLE patients ADD COLUMN language CHAR(2) NOT NULL DEFAULT 'en', ADD COLUMN insurance INT NOT NULL",
    "ALTER TABLE patients ADD COLUMN insurance INT NOT NULL COMMENT 'no DEFAULT, yet'",
    "alter table `patients` add insurance decimal(10, 2) not null",
    "CREATE UNIQUE INDEX by_phone ON patients (phone)",
    "ALTER TABLE patients ADD UNIQUE INDEX by_phone (phone)",
    "ALTER TABLE patients ADD UNIQUE (phone)",
    "ALTER TABLE patients ADD COLUMN insurance INT NULL UNIQUE",
    "ALTER TABLE patients ADD INDEX by_phone (phone), ADD UNIQUE KEY by_email (email)",
    "ALTER TABLE patients ADD CONSTRAINT grown CHECK (birth_date < '2010-01-01')",
    "ALTER TABLE patients ADD CHECK (phone <> '')",
    "ALTER TABLE patients ADD COLUMN ward INT NULL REFERENCES wards (id)",
    "ALTER TABLE patients ADD FOREIGN KEY (ward) REFERENCES wards (id)",
    "ALTER TABLE patients ADD CONSTRAINT ward FOREIGN KEY (ward) REFERENCES wards (id)",
    "ALTER TABLE patients CONVERT TO CHARACTER SET ascii",
    "ALTER TABLE patients ALTER COLUMN version DROP DEFAULT",
  ])("%s would be noticed, and is allowed to a migration that says it contracts", (statement) => {
    expect(dangers({ name: "0002-x", kind: "expand", statements: [statement] })).not.toEqual([]);
    const contract = { contract: true, after: "1.4.0" } as const;
    expect(dangers({ name: "0002-x", kind: contract, statements: [statement] })).toEqual([]);
  });

  it.each([
    ["ALTER TABLE patients ADD insurance INT NULL"],
    [
      "ALTER TABLE patients ADD COLUMN insurance VARCHAR(40), ADD COLUMN language CHAR(2) NOT NULL DEFAULT 'en' AFTER given_name",
    ],
    [
      "ALTER TABLE patients ADD COLUMN (insurance DECIMAL(10, 2) NULL, language CHAR(2) NOT NULL DEFAULT 'a, NOT NULL')",
    ],
    [
      "ALTER TABLE patients ADD COLUMN full_name VARCHAR(401) AS (CONCAT(given_name, ' ', family_name)) STORED NOT NULL",
    ],
    ["ALTER TABLE patients ADD INDEX by_phone (phone, id)"],
    ["CREATE INDEX by_phone ON patients (phone)"],
    [
      "CREATE TABLE wards (id INT PRIMARY KEY, name VARCHAR(40) NOT NULL UNIQUE)",
      "CREATE UNIQUE INDEX by_name ON wards (name)",
      "ALTER TABLE wards ADD CONSTRAINT named CHECK (name <> ''), ADD COLUMN beds INT NOT NULL",
    ],
  ])("%s only adds", (...statements) => {
    expect(dangers({ name: "0002-x", kind: "expand", statements })).toEqual([]);
  });
});
