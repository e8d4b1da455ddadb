import { readFileSync } from "node:fs";
import { serviceOf } from "./services.ts";

/** One gap of moto that the overlay closes. */
export interface Completion {
  /** moto's name for the service. */
  readonly service: string;
  /** Terraform resource type. */
  readonly resource: string;
  /** Terraform arguments or API actions. */
  readonly completes: readonly string[];
  /** What moto alone does. */
  readonly without: string;
}

/** Who answers for one Terraform resource type. */
export interface Answer {
  readonly type: string;
  /** AWS service, by its name in `AWS_ENDPOINT_URL_<SERVICE>`. */
  readonly service: string;
  readonly by: "moto" | "moto + overlay" | "ministack";
  /** What the overlay adds. Empty unless `by` names it. */
  readonly completes: readonly string[];
}

export interface Report {
  /** Sorted by type. */
  readonly answers: readonly Answer[];
  /** The same as a table for people. */
  toString(): string;
}

/** Who answers for each of `types`, given what the overlay completes and which services go to MiniStack. */
export function reportOn(
  types: Iterable<string>,
  completions: readonly Completion[],
  ministack: readonly string[],
): Report {
  const answers = [...new Set(types)].toSorted().map((type) => answerFor(type, completions, ministack));
  return { answers, toString: () => table(answers) };
}

/** Types of the managed resources in a Terraform state file. */
export function typesInState(file: string): string[] {
  const state = JSON.parse(readFileSync(file, "utf8")) as {
    readonly resources?: readonly { readonly mode: string; readonly type: string }[];
  };
  const managed = (state.resources ?? []).filter(({ mode }) => mode === "managed");
  return [...new Set(managed.map(({ type }) => type))];
}

function answerFor(type: string, completions: readonly Completion[], ministack: readonly string[]): Answer {
  const service = serviceOf(type);
  if (ministack.includes(service)) return { type, service, by: "ministack", completes: [] };
  const completes = completions
    .filter(({ resource }) => resource === type)
    .flatMap((completion) => completion.completes);
  return { type, service, by: completes.length > 0 ? "moto + overlay" : "moto", completes };
}

function table(answers: readonly Answer[]): string {
  const rows = answers.map(({ type, by, completes }) => [type, by, completes.join(", ")]);
  const widths = [0, 1].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
