import { parseArgs } from "node:util";
import { faults } from "./faults/index.ts";

export interface LabOptions {
  readonly faults: readonly string[];
  /** Shorter outages and rests. */
  readonly short: boolean;
  readonly json: boolean;
  /** Only what we deliver, without the naive side. */
  readonly alone: boolean;
}

/** The command was not understood. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const [first] = faults;

export const usage = `usage: npm run lab -- [FAULT ...] [--all] [--short] [--json] [--alone]
  FAULT    what to inject, one or several; without any: ${first?.name}
  --all    every fault, at full length: about a quarter of an hour
  --short  outages of seconds
  --json   everything on standard output as JSON, and nothing else
  --alone  without the naive pool beside
faults:
${faults.map(({ name, title }) => `  ${name.padEnd(20)} ${title}`).join("\n")}`;

/** @throws {UsageError} or, from the parser, a TypeError with a code: what is wrong, and what is allowed */
export function readOptions(args: readonly string[]): LabOptions | "help" {
  const { values, positionals } = parse(args);
  if (values.help) return "help";
  const known = faults.map(({ name }) => name);
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new UsageError(
      `there is no fault ${unknown.map((it) => `"${it}"`).join(", ")}; allowed: ${known.join(", ")}`,
    );
  }
  const chosen = positionals.length > 0 ? positionals : known.slice(0, 1);
  return { faults: values.all ? known : chosen, short: values.short, json: values.json, alone: values.alone };
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      all: { type: "boolean", default: false },
      short: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      alone: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
}
