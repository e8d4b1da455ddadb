import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { Problem } from "../problem.ts";

/** What was typed after the name of a command. */
export interface Words {
  readonly environment: string;
  /** What `npm run synth` wrote. */
  readonly output: string;
  /** Where plans are. */
  readonly folder: string;
  readonly commit: string;
  /** Digests of images, from `--image api=sha256:...`, which may be repeated. */
  readonly images: Readonly<Record<string, string>>;
  readonly approved?: Readonly<Record<string, string>>;
  readonly before?: Readonly<Record<string, string>>;
  /** Stacks that a deployment has touched. */
  readonly applied?: readonly string[];
  readonly pull?: number;
  readonly confirm?: string;
  /** What was planned, in full: `refs/pull/12/head`. */
  readonly ref?: string;
  /** The day on which a suppression must hold. */
  readonly on: string;
  /** Whether JSON is kept of unchanged stacks too. */
  readonly unchanged: boolean;
  /** Seconds. */
  readonly patience: number;
  readonly key?: string;
}

/** What can be typed after the name of a command, and its environment. */
export const options = {
  out: { type: "string" },
  commit: { type: "string" },
  image: { type: "string", multiple: true },
  approved: { type: "string" },
  before: { type: "string" },
  applied: { type: "string" },
  pull: { type: "string" },
  confirm: { type: "string" },
  ref: { type: "string" },
  on: { type: "string" },
  unchanged: { type: "boolean" },
  patience: { type: "string" },
} as const;

/** @throws Problem that says what cannot be understood. */
export function wordsOf(args: readonly string[], env: NodeJS.ProcessEnv): Words {
  const { values, positionals } = parsed(args);
  const [environment, ...more] = positionals;
  if (environment === undefined || more.length > 0) throw new Problem("Which environment? For example: clinic-dev");
  const { MAINSTAY_KEY: key } = env;
  const patience = Number(values.patience ?? 900);
  if (!Number.isInteger(patience) || patience < 0)
    throw new Problem(`--patience is ${values.patience}; allowed: whole seconds.`);
  const today = new Date().toISOString().slice(0, 10);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(values.on ?? today))
    throw new Problem(`--on is ${values.on}; allowed: a day, such as ${today}.`);
  return {
    environment,
    on: values.on ?? today,
    unchanged: values.unchanged ?? false,
    output: resolve(env.CDKTF_OUTPUT ?? "cdktf.out"),
    folder: resolve(values.out ?? "plans"),
    commit: values.commit ?? env.GITHUB_SHA ?? "none",
    images: Object.fromEntries((values.image ?? []).filter((word) => word !== "").map(imageOf)),
    patience,
    ...(values.approved !== undefined && { approved: record("approved", values.approved) }),
    ...(values.before !== undefined && { before: record("before", values.before) }),
    ...(values.applied !== undefined && { applied: list("applied", values.applied) }),
    ...(values.pull !== undefined && { pull: Number(values.pull) }),
    ...(values.confirm !== undefined && { confirm: values.confirm }),
    ...(values.ref !== undefined && { ref: values.ref }),
    ...(key !== undefined && key !== "" && { key }),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new Problem((error as Error).message);
  }
}

function imageOf(word: string): readonly [string, string] {
  const [, image, digest] = /^([a-z][a-z0-9-]*)=(sha256:[0-9a-f]{64})$/.exec(word) ?? [];
  if (image === undefined || digest === undefined) {
    throw new Problem(
      `--image is "${word}"; allowed: a name and a digest, api=sha256:... with 64 hexadecimal digits. A tag can move.`,
    );
  }
  return [image, digest];
}

function record(option: string, text: string): Record<string, string> {
  const value = json(text);
  if (typeof value === "object" && value !== null && !Array.isArray(value) && areTexts(Object.values(value))) {
    return value as Record<string, string>;
  }
  throw new Problem(`--${option} is no JSON object of texts: ${text.slice(0, 80)}`);
}

function list(option: string, text: string): string[] {
  const value = json(text);
  if (Array.isArray(value) && areTexts(value)) return value as string[];
  throw new Problem(`--${option} is no JSON list of texts: ${text.slice(0, 80)}`);
}

const areTexts = (values: readonly unknown[]) => values.every((one) => typeof one === "string");

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Said by who asked, like everything else that is not what it should be.
    return undefined;
  }
}
