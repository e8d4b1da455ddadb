import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { PlanToReview } from "@mainstay/reliability";
import { deployedDigests } from "../images/deployed.ts";
import { Problem } from "../problem.ts";
import { files, type Planned, type Summary } from "./files.ts";
import { look } from "./preflight.ts";
import { type Stack, stacksOf } from "./stacks.ts";
import { init, must, pullState, run, type Variables } from "./terraform.ts";
import { writeReview } from "./write-review.ts";

export interface PlanOptions {
  readonly environment: string;
  /** What `npm run synth` wrote. */
  readonly output: string;
  /** Where the plans and the review go. Emptied first. */
  readonly folder: string;
  readonly commit: string;
  /**
   * Digests of images by name, instead of those that are deployed.
   *
   * @default what is deployed
   */
  readonly images?: Readonly<Record<string, string>>;
  /** Key of the digests: see `mainstay review`. @default none */
  readonly key?: string;
  /**
   * Whether JSON is kept of unchanged stacks too, for the policy: Terraform starts its provider again for that, as long as the plan took.
   *
   * @default false
   */
  readonly unchanged?: boolean;
  /**
   * Whether to look at what would be lost, as `npm run deploy` does: what that refuses cannot be approved.
   *
   * @default false
   */
  readonly preflight?: boolean;
  readonly say: (line: string) => void;
}

interface Made {
  readonly planned: Planned;
  readonly plan?: PlanToReview;
}

/**
 * Plans every stack of an environment without a lock, so that the role needs to read only, and reviews what would change.
 *
 * A stack that reads another one is planned against what that one has deployed. Where that is about to change, a plan of it would be
 * about values that are going to be others: it waits for the next run.
 */
export async function planEnvironment(options: PlanOptions): Promise<Summary> {
  const { environment, folder, commit, say } = options;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const made: Made[] = [];
  for (const stack of stacksOf(environment, options.output)) {
    const one = await planOne(stack, options, made);
    const { is, why } = one.planned;
    say(`${stack.name}: ${is}${why === undefined ? "" : `: ${why.split("\n")[0]}`}`);
    made.push(one);
  }
  const refused = options.preflight === true ? await refusal(options) : undefined;
  const digests = writeReview(
    made.flatMap(({ plan }) => plan ?? []),
    options,
  );
  const summary = {
    environment,
    commit,
    ...(refused !== undefined && { refused }),
    stacks: made.map(({ planned }) => {
      const digest = digests.get(planned.stack);
      return { ...planned, ...(digest !== undefined && { digest }) };
    }),
  };
  writeFileSync(files.summary(folder), JSON.stringify(summary, undefined, 2));
  return summary;
}

/** WHY after the plans: each folder is ready for Terraform by then. */
async function refusal({ environment, output, say }: PlanOptions): Promise<string | undefined> {
  const { well, words } = await look(environment, output);
  if (!well) return words;
  say(words);
  return undefined;
}

async function planOne(stack: Stack, options: PlanOptions, before: readonly Made[]): Promise<Made> {
  const { folder, images = {}, unchanged = false } = options;
  const say = (is: Planned["is"], why?: string, variables: Variables = {}): Planned => ({
    stack: stack.name,
    is,
    variables,
    ...(why !== undefined && { why }),
  });
  const waitsFor = before.filter(
    ({ planned, plan }) =>
      stack.reads.includes(planned.stack) &&
      (planned.is === "waiting" || planned.is === "failed" || changesOutputs(plan)),
  );
  if (waitsFor.length > 0)
    return { planned: say("waiting", `it reads ${waitsFor.map(({ planned }) => planned.stack).join(", ")}`) };
  let variables: Variables = {};
  try {
    await init(stack.directory);
    variables = await imageVariables(stack, images);
    const lacking = Object.values(stack.images).filter((name) => variables[name] === undefined);
    if (lacking.length > 0) return { planned: say("waiting", `no image was given for ${lacking.join(", ")}`) };
    const file = resolve(files.plan(folder, stack.name));
    mkdirSync(dirname(file), { recursive: true });
    const args = ["plan", "-no-color", "-lock=false", "-detailed-exitcode", `-out=${file}`];
    const planned = await run(stack.directory, args, variables);
    if (planned.code === 0) {
      if (unchanged) keepJson(await shown(stack.directory, file), stack, folder);
      // WHY: a saved plan is one to be approved.
      rmSync(unchanged ? file : dirname(file), { recursive: true });
      return { planned: say("unchanged", undefined, variables) };
    }
    must("terraform plan", planned.code === 2 ? { ...planned, code: 0 } : planned);
    keepLock(stack, folder);
    const plan = await shown(stack.directory, file);
    keepJson(plan, stack, folder);
    return {
      planned: say("changes", undefined, variables),
      plan: { stack: stack.name, plan },
    };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { planned: say("failed", error.message, variables) };
  }
}

/** Values of a stack's variables for images: those that were given, else those that are deployed. */
export async function imageVariables(stack: Stack, images: Readonly<Record<string, string>>): Promise<Variables> {
  const names = Object.keys(stack.images);
  if (names.length === 0) return {};
  const deployed = deployedDigests(await pullState(stack.directory), names);
  const chosen = { ...deployed, ...images };
  return Object.fromEntries(
    Object.entries(stack.images).flatMap(([image, variable]) =>
      chosen[image] === undefined ? [] : [[variable, chosen[image]]],
    ),
  );
}

function keepLock({ name, directory }: Stack, folder: string): void {
  const lock = join(directory, ".terraform.lock.hcl");
  if (existsSync(lock)) copyFileSync(lock, files.lock(folder, name));
}

function keepJson(plan: unknown, { name }: Stack, folder: string): void {
  writeFileSync(files.json(folder, name), JSON.stringify(plan));
}

/** What `terraform show` says of a saved plan. */
export async function shown(directory: string, file: string): Promise<unknown> {
  return JSON.parse(must("terraform show", await run(directory, ["show", "-json", "-no-color", resolve(file)])));
}

interface PlanJson {
  readonly output_changes?: Readonly<Record<string, { readonly actions: readonly string[] }>>;
}

function changesOutputs(one: PlanToReview | undefined): boolean {
  const { output_changes: outputs = {} } = (one?.plan ?? {}) as PlanJson;
  return Object.values(outputs).some(({ actions }) => actions.some((action) => action !== "no-op"));
}
