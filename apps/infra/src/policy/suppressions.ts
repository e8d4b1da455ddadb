import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A check that a module fails on purpose, and why: a row of the table below `## Checkov` in its README. */
export interface Suppression {
  /** The README, relative to the repository. */
  readonly file: string;
  readonly check: string;
  readonly type: string;
  readonly why: string;
}

/** What Checkov objects to. */
export interface Finding {
  readonly check: string;
  /** In Checkov's words. */
  readonly title: string;
  readonly address: string;
  readonly stack: string;
}

/** The suppressions of every module: READMEs of `packages/*` and `apps/*`. */
export function readSuppressions(root: string): Suppression[] {
  return ["packages", "apps"].flatMap((folder) =>
    readdirSync(join(root, folder))
      .toSorted()
      .map((name) => `${folder}/${name}/README.md`)
      .filter((file) => existsSync(join(root, file)))
      .flatMap((file) => suppressionsIn(file, readFileSync(join(root, file), "utf8"))),
  );
}

/** Rows like `| CKV_AWS_378 | aws_lb_target_group | why |` below the heading. */
export function suppressionsIn(file: string, markdown: string): Suppression[] {
  const section = /^## Checkov$(?<rows>.*?)(?=^## |(?![\s\S]))/ms.exec(markdown)?.groups?.rows ?? "";
  return section.split("\n").flatMap((line) => {
    const [, check = "", type = "", why = ""] = line.split("|").map((cell) => cell.trim().replaceAll("`", ""));
    return /^CKV2?_AWS_\d+$/.test(check) ? [{ file, check, type, why }] : [];
  });
}

/** What nobody explains, and what is explained but does not happen. */
export function compare(
  findings: readonly Finding[],
  suppressions: readonly Suppression[],
  /** Types of the resources that were looked at; a suppression for others is neither needed nor stale. */
  types: ReadonlySet<string>,
) {
  const covers = ({ check, type }: Suppression, finding: Finding) =>
    finding.check === check && finding.address.split(".")[0] === type;
  return {
    unexplained: findings.filter((finding) => !suppressions.some((suppression) => covers(suppression, finding))),
    stale: suppressions.filter(
      (suppression) => types.has(suppression.type) && !findings.some((finding) => covers(suppression, finding)),
    ),
    unreasoned: suppressions.filter(({ why }) => why.split(" ").length < 5),
  };
}
