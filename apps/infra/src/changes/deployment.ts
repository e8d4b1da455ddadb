import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "@mainstay/core";
import {
  type PlannedChange,
  plannedChanges,
  succeeded,
  terraform,
  type Environment as Variables,
} from "@mainstay/emulator";
import type { Place } from "../rehearsal/place.ts";
import { synthesizedStacks } from "../rehearsal/stacks.ts";
import { synthesize } from "../synthesize.ts";

/** What a change of an environment did. */
export interface Outcome {
  /** What was planned, by stack; stacks without a change are left out. */
  readonly planned: Readonly<Record<string, readonly PlannedChange[]>>;
  /** What a plan afterwards would still change, by stack: nothing, if all is well. */
  readonly drift: Readonly<Record<string, string>>;
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

  /** @param settled stacks that were deployed, and planned again with no change. @default none */
  constructor(place: Place, settled: readonly string[] = []) {
    this.place = place;
    this.settled = new Set(settled);
  }

  /** Brings what is deployed to what `environment` says; `again`: and plans afterwards what has changed. */
  async change(environment: Environment, variables: Variables, again = true): Promise<Outcome> {
    synthesize([environment], { outdir: this.place.output, stackTraces: false });
    const stacks = synthesizedStacks(this.place, environment.id);
    const outcome = { planned: {} as Record<string, readonly PlannedChange[]>, drift: {} as Record<string, string> };
    const touched = new Map<string, readonly string[]>();
    const dependencies = dependenciesOf(this.place);
    const done = new Map<string, Promise<void>>();
    const visit = (stack: string): Promise<void> => {
      const running =
        done.get(stack) ?? this.changeStack(stack, { variables, touched, outcome, again, before: before(stack) });
      done.set(stack, running);
      return running;
    };
    const before = (stack: string) => (dependencies[stack] ?? []).map((dependency) => visit(dependency));
    await Promise.all(stacks.map((stack) => visit(stack)));
    return outcome;
  }

  /** Takes everything down, what depends on others first. */
  async destroy(environment: Environment, variables: Variables): Promise<void> {
    const dependencies = dependenciesOf(this.place);
    const stacks = synthesizedStacks(this.place, environment.id);
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

  private async changeStack(
    stack: string,
    {
      variables,
      touched,
      outcome,
      again,
      before,
    }: {
      readonly variables: Variables;
      /** Outputs that are others than before, by stack. */
      readonly touched: Map<string, readonly string[]>;
      readonly outcome: { planned: Record<string, readonly PlannedChange[]>; drift: Record<string, string> };
      readonly again: boolean;
      readonly before: readonly Promise<void>[];
    },
  ): Promise<void> {
    await Promise.all(before);
    const json = readFileSync(join(this.place.directoryOf(stack), "cdk.tf.json"), "utf8");
    const said = JSON.stringify([json, Object.entries(variables).filter(([name]) => name.startsWith("TF_VAR_"))]);
    const reads = dependenciesOf(this.place)[stack] ?? [];
    const readsNews = reads.some((read) =>
      touched.get(read)?.some((output) => json.includes(`${read}.outputs.${output}`)),
    );
    // WHY: a stack that neither changed nor reads something that did cannot have a plan; planning all of them each time takes minutes.
    if (this.applied.get(stack) === said && !readsNews) return;
    if (!this.initialised.has(stack)) succeeded(await this.run(stack, ["init", "-input=false"], variables), stack);
    this.initialised.add(stack);
    // WHY at once: a plan of its own would cost a second start of Terraform and provider; the local AWS forgives what is found after.
    // WHY: reading all of a settled stack again, through provider and local AWS, is a third of what a change costs.
    const refresh = `-refresh=${!this.settled.has(stack)}`;
    const apply = await this.run(stack, ["apply", "-auto-approve", "-input=false", "-json", refresh], variables);
    this.applied.set(stack, said);
    const changes = plannedChanges(apply.stdout);
    if (changes.length > 0) this.settled.delete(stack);
    if (changes.length > 0) outcome.planned[stack] = changes;
    succeeded(apply, stack);
    touched.set(stack, changedOutputs(apply.stdout));
    if (changes.length === 0 || !again) return;
    const after = await this.run(
      stack,
      ["plan", "-detailed-exitcode", "-input=false", "-lock=false", `-out=${lastPlan}`],
      variables,
    );
    if (after.code === 0) this.settled.add(stack);
    else outcome.drift[stack] = `${after.stdout}${after.stderr}`;
  }

  private async run(stack: string, [command = "", ...args]: readonly string[], variables: Variables) {
    return await terraform(this.place.directoryOf(stack), [command, "-no-color", ...args], variables);
  }
}

/** Outputs that an apply changes, which other stacks may read. Values are not told: those that stacks read count as sensitive. */
function changedOutputs(said: string): string[] {
  const planned = said.split("\n").find((line) => line.includes('"type":"outputs"'));
  if (planned === undefined) return [];
  const { outputs }: { readonly outputs: Readonly<Record<string, { readonly action?: string }>> } = JSON.parse(planned);
  return Object.entries(outputs).flatMap(([name, { action }]) => (action === "noop" ? [] : [name]));
}

function dependenciesOf(place: Place): Readonly<Record<string, readonly string[]>> {
  const { stacks }: { readonly stacks: Readonly<Record<string, { readonly dependencies: readonly string[] }>> } =
    JSON.parse(readFileSync(join(place.output, "manifest.json"), "utf8"));
  return Object.fromEntries(Object.entries(stacks).map(([stack, { dependencies }]) => [stack, dependencies]));
}
