import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Mariadb } from "@mainstay/mysql-resilience/testing";

/** What a side has acknowledged, to be compared with what the database holds. */
export interface Ledger {
  /** Somebody was told that this was done. `mark` is unique, and in the row. */
  readonly acknowledge: (kind: "create" | "update" | "upload", mark: string) => void;
  /** Looks at the primary, and at the files. */
  readonly check: (primary: Mariadb, schema: string, documents: string) => Promise<Balance>;
}

/** All of these must be 0, but for what was acknowledged. */
export interface Balance {
  readonly acknowledged: number;
  /** Acknowledged, and not there. */
  readonly lost: number;
  /** There more than once, acknowledged or not. */
  readonly doubled: number;
  /** Documents without their whole file. */
  readonly hollow: number;
}

export const familyName = "Lab";

/** @param run how every mark of this load begins: what earlier loads have left is not its own */
export function createLedger(run: string): Ledger {
  const acknowledged = { create: new Set<string>(), update: new Set<string>(), upload: new Set<string>() };
  return {
    acknowledge: (kind, mark) => acknowledged[kind].add(mark),
    async check(primary, schema, documents) {
      const count = (sql: string) => primary.admin<{ mark: string; times: number }>(sql);
      const there = {
        create: await count(
          `SELECT given_name AS mark, COUNT(*) AS times FROM ${schema}.patient_versions
           WHERE family_name = '${familyName}' AND kind = 'created' AND given_name LIKE '${run}-%' GROUP BY given_name`,
        ),
        update: await count(
          `SELECT given_name AS mark, COUNT(*) AS times FROM ${schema}.patient_versions
           WHERE family_name = '${familyName}' AND kind = 'updated' AND given_name LIKE '${run}-%' GROUP BY given_name`,
        ),
        upload: await count(
          `SELECT name AS mark, COUNT(*) AS times FROM ${schema}.documents WHERE name LIKE '${run}-%' GROUP BY name`,
        ),
      };
      let lost = 0;
      let doubled = 0;
      for (const kind of ["create", "update", "upload"] as const) {
        const times = new Map(there[kind].map((row) => [row.mark, row.times]));
        lost += [...acknowledged[kind]].filter((mark) => !times.has(mark)).length;
        doubled += [...times.values()].filter((it) => it > 1).length;
      }
      const files = await primary.admin<{ file: string; sha256: Buffer }>(
        `SELECT file, sha256 FROM ${schema}.documents WHERE name LIKE '${run}-%'`,
      );
      const whole = await Promise.all(files.map((row) => isWhole(documents, row)));
      const total = Object.values(acknowledged).reduce((sum, marks) => sum + marks.size, 0);
      return { acknowledged: total, lost, doubled, hollow: whole.filter((it) => !it).length };
    },
  };
}

async function isWhole(documents: string, { file, sha256 }: { readonly file: string; readonly sha256: Buffer }) {
  const content = await readFile(join(documents, file.slice(0, 2), file)).catch(() => undefined);
  return content !== undefined && createHash("sha256").update(content).digest().equals(sha256);
}
