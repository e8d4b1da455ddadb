import type { Environment as Variables } from "@mainstay/emulator";
import { preflight } from "@mainstay/reliability";
import { type ClinicProps, clinic } from "../blueprints/clinic/index.ts";
import { synthesisedStacks } from "../preflight/deployed.ts";
import type { Place } from "../rehearsal/place.ts";
import { synthesize } from "../synthesize.ts";
import type { Change } from "./changes.ts";
import { Deployment } from "./deployment.ts";
import { statesOf } from "./states.ts";
import { objections, summarise } from "./verdict.ts";

/** What one change did. */
export interface Step {
  readonly objections: readonly string[];
  /** By stack. */
  readonly drift: Readonly<Record<string, string>>;
  /** As the table shows it. */
  readonly effect: string;
}

/** One environment that goes from change to change, each beginning where the one before ended. */
export class Journey {
  private props: ClinicProps;
  private variables: Variables;
  private readonly place: Place;
  private readonly deployment: Deployment;

  /**
   * @param variables for Terraform, with the inputs of the deployment as it begins.
   * @param settled stacks that were deployed, and planned again with no change. @default none
   */
  constructor(props: ClinicProps, place: Place, variables: Variables, settled: readonly string[] = []) {
    this.props = props;
    this.variables = variables;
    this.place = place;
    this.deployment = new Deployment(place, settled);
  }

  /** `again`: with a plan afterwards of what has changed. */
  async take(change: Change, { again = true } = {}): Promise<Step> {
    this.props = change.props(this.props);
    this.variables = { ...this.variables, ...change.inputs };
    const environment = clinic(this.props);
    const began = Date.now();
    synthesize([environment], { outdir: this.place.output, stackTraces: false });
    const refused = await this.refusals(environment.id);
    const { planned, drift } = await this.deployment.change(environment.id, this.variables, again);
    const all = Object.values(planned).flat();
    const step = { objections: [...refused, ...objections(change, all)], drift, effect: summarise(all) };
    tell(environment.id, change, step, Date.now() - began);
    return step;
  }

  /** What `npm run deploy` would refuse of what was synthesised. */
  private async refusals(environment: string): Promise<string[]> {
    const stacks = synthesisedStacks(this.place.output, environment);
    const states = await statesOf(stacks, this.place, this.variables.AWS_ENDPOINT_URL ?? "");
    return preflight(stacks, states)
      .findings.filter(({ severity }) => severity === "refuse")
      .map(({ address, why }) => `${address} is refused before the plan: ${why}`);
  }

  /** Takes everything down; the environment must not protect anything any more. */
  async end(): Promise<void> {
    await this.deployment.destroy(clinic(this.props).id, this.variables);
  }
}

/** A line for who waits: jest shows nothing before a file has ended, and that takes a quarter of an hour. */
function tell(environment: string, { name }: Change, step: Step, milliseconds: number): void {
  const amiss = [
    ...step.objections,
    ...Object.keys(step.drift).map((stack) => `${stack} is planned again with changes`),
  ];
  const lines = [`${environment}: ${name}: ${step.effect}, ${Math.round(milliseconds / 1000)} s`, ...amiss];
  process.stderr.write(`${lines.join("\n  ")}\n`);
}
