import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type PlannedChange,
  plannedChanges,
  succeeded,
  terraform,
  type Environment as Variables,
} from "@mainstay/emulator";
import pLimit from "p-limit";
import type { Place } from "../rehearsal/place.ts";
import { synthesizedStacks } from "../rehearsal/stacks.ts";

/** What a change of an environment did. */
export interface Outcome {
  /** What was planned, by stack; stacks without a change are left out. */
  readonly planned: Readonly<Record<string, readonly PlannedChange[]>>;
  /** What a plan afterwards would still change, by stack: nothing, if all is well. */
  readonly drift: Readonly<Record<string, string>>;
}

/** What is known of a stack's outputs once its change is planned. */
interface Outputs {
  readonly stack: string;
  readonly changed: readonly string[];
}

/** A stack that is being changed. */
interface Running {
  readonly stack: string;
  readonly outputs: Promise<Outputs>;
  readonly done: Promise<void>;
  readonly ended: () => boolean;
}

interface How {
  readonly variables: Variables;
  readonly outcome: { planned: Record<string, readonly PlannedChange[]>; drift: Record<string, string> };
  readonly again: boolean;
  /** What it depends on. */
  readonly before: readonly Running[];
}

/** The plan that was made of a stack after it was changed, in its directory. */
export const lastPlan = "again.tfplan";

/** An environment on a local AWS that is changed step by step: each time planned and applied in one go, and planned again. */
export class Deployment {
  private readonly place: Place;
  private readonly applied = new Map<string, string>();
  private readonly initialised = new Set<string>();
  /** Stacks whose state is what is deployed: the last plan, which reads everything, found nothing. */
  private readonly settled: Set<string>;
  /** WHY: a change of all stacks would otherwise start a provider of 400 MB for each of them at once. */
  private readonly few = pLimit(3);

  /** @param settled stacks that were deployed, and planned again with no change. @default none */
  constructor(place: Place, settled: readonly string[] = []) {
    this.place = place;
    this.settled = new Set(settled);
  }

  /** Brings what is deployed to what was synthesised of `environment`; `again`: and plans afterwards what has changed. */
  async change(environment: string, variables: Variables, again = true): Promise<Outcome> {
    const stacks = synthesizedStacks(this.place, environment);
    const outcome = { planned: {} as Record<string, readonly PlannedChange[]>, drift: {} as Record<string, string> };
    const dependencies = dependenciesOf(this.place);
    const begun = new Map<string, Running>();
    const visit = (stack: string): Running => {
      const before = (dependencies[stack] ?? []).map((dependency) => visit(dependency));
      const running = begun.get(stack) ?? this.changeStack(stack, { variables, outcome, again, before });
      begun.set(stack, running);
      return running;
    };
    const ended = await Promise.allSettled(stacks.map(async (stack) => await visit(stack).done));
    // WHY not sooner: what still runs holds the locks of the next change.
    for (const one of ended) if (one.status === "rejected") throw one.reason;
    return outcome;
  }

  /** Takes everything down, what depends on others first. */
  async destroy(environment: string, variables: Variables): Promise<void> {
    const dependencies = dependenciesOf(this.place);
    const stacks = synthesizedStacks(this.place, environment);
    const gone = new Map<string, Promise<void>>();
    const visit = (stack: string): Promise<void> => {
      const running =
        gone.get(stack) ??
        (async () => {
          const readers = stacks.filter((reader) => dependencies[reader]?.includes(stack));
          await Promise.all(readers.map((reader) => visit(reader)));
          succeeded(await this.run(stack, ["destroy", "-auto-approve", "-input=false"], variables), stack);
        })();
      gone.set(stack, running);
      return running;
    };
    await Promise.all(stacks.map((stack) => visit(stack)));
  }

  private changeStack(stack: string, how: How): Running {
    const outputs = Promise.withResolvers<Outputs>();
    let ended = false;
    const done = this.bringUp(stack, how, outputs.resolve).finally(() => {
      ended = true;
      outputs.resolve({ stack, changed: [] });
    });
    return { stack, outputs: outputs.promise, done, ended: () => ended };
  }

  private async bringUp(
    stack: string,
    { variables, outcome, again, before }: How,
    tell: (outputs: Outputs) => void,
  ): Promise<void> {
    const deployed = (one: string) => this.applied.has(one);
    // WHY not until it is done: a change of a database takes minutes, and who reads nothing of it that changes need not wait.
    const news = await Promise.all(
      before.map(async (one) => {
        if (!deployed(stack) || !deployed(one.stack)) await one.done;
        return await one.outputs;
      }),
    );
    const json = readFileSync(join(this.place.directoryOf(stack), "cdk.tf.json"), "utf8");
    const read = news.filter((one) => one.changed.some((output) => json.includes(`${one.stack}.outputs.${output}`)));
    await Promise.all(before.filter((one) => read.some((it) => it.stack === one.stack)).map((one) => one.done));
    const said = JSON.stringify([json, Object.entries(variables).filter(([name]) => name.startsWith("TF_VAR_"))]);
    // WHY: a stack that neither changed nor reads something that did cannot have a plan; planning all of them each time takes minutes.
    if (this.applied.get(stack) === said && read.length === 0) return;
    if (!this.initialised.has(stack)) succeeded(await this.run(stack, ["init", "-input=false"], variables), stack);
    this.initialised.add(stack);
    const apply = await atRest(
      before,
      async () => await this.apply(stack, variables, (changed) => tell({ stack, changed })),
    );
    this.applied.set(stack, said);
    const changes = plannedChanges(apply.stdout);
    if (changes.length > 0) this.settled.delete(stack);
    if (changes.length > 0) outcome.planned[stack] = changes;
    succeeded(apply, stack);
    if (changes.length === 0 || !again) return;
    const words = ["plan", "-detailed-exitcode", "-input=false", "-lock=false", `-out=${lastPlan}`];
    const after = await atRest(before, async () => {
      const result = await this.run(stack, words, variables);
      return { ...result, failed: result.code === 1 };
    });
    if (after.code === 0) this.settled.add(stack);
    else outcome.drift[stack] = `${after.stdout}${after.stderr}`;
  }

  /**
   * Plans and applies in one go: a plan of its own would cost a second start of Terraform and provider, and what is found after is forgiven
   * by the local AWS.
   *
   * @param tell is told which outputs change, once the whole plan has succeeded.
   */
  private async apply(stack: string, variables: Variables, tell: (changed: readonly string[]) => void) {
    // WHY: reading all of a settled stack again, through provider and local AWS, is a third of what a change costs.
    const refresh = `-refresh=${!this.settled.has(stack)}`;
    let changed: readonly string[] = [];
    let planned = false;
    let begun = false;
    const words = ["apply", "-auto-approve", "-input=false", "-json", refresh];
    const result = await this.run(stack, words, variables, (line) => {
      if (begun) return;
      changed = changedOutputs(line) ?? changed;
      // What a plan reads begins in the same words as what is changed after it.
      planned ||= line.includes('"type":"change_summary"');
      begun = planned && line.includes('"type":"apply_start"');
      // WHY not sooner: a plan that failed tells of its outputs, too.
      if (begun) tell(changed);
    });
    if (result.code === 0) tell(changed);
    // What has begun is not repeated.
    return { ...result, failed: result.code !== 0 && !begun };
  }

  private async run(
    stack: string,
    [command = "", ...args]: readonly string[],
    variables: Variables,
    log: (line: string) => void = () => {},
  ) {
    const words = [command, "-no-color", ...args];
    return await this.few(() => terraform(this.place.directoryOf(stack), words, variables, { log }));
  }
}

/**
 * What `run` did; if it failed while what it depends on was being changed, what it does when that is done.
 *
 * WHY: a local state is written in place, and who reads it meanwhile finds half of it. In S3 a state is replaced as a whole.
 */
async function atRest<Result extends { readonly failed: boolean }>(
  before: readonly Running[],
  run: () => Promise<Result>,
): Promise<Result> {
  const meanwhile = before.some((one) => !one.ended());
  const result = await run();
  if (!meanwhile || !result.failed) return result;
  await Promise.all(before.map((one) => one.done));
  return await run();
}

/** Outputs that an apply will change, which other stacks may read, in the line that says so. Values are not told: those that stacks read count as sensitive. */
function changedOutputs(line: string): string[] | undefined {
  if (!line.includes('"type":"outputs"')) return undefined;
  const { outputs }: { readonly outputs: Readonly<Record<string, { readonly action?: string }>> } = JSON.parse(line);
  // What was applied is told once more at the end, without an action.
  return Object.entries(outputs).flatMap(([name, { action = "noop" }]) => (action === "noop" ? [] : [name]));
}

function dependenciesOf(place: Place): Readonly<Record<string, readonly string[]>> {
  const { stacks }: { readonly stacks: Readonly<Record<string, { readonly dependencies: readonly string[] }>> } =
    JSON.parse(readFileSync(join(place.output, "manifest.json"), "utf8"));
  return Object.fromEntries(Object.entries(stacks).map(([stack, { dependencies }]) => [stack, dependencies]));
}
