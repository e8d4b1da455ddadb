import type { Environment as Variables } from "@mainstay/emulator";
import { type ClinicProps, clinic } from "../blueprints/clinic/index.ts";
import type { Place } from "../rehearsal/place.ts";
import type { Change } from "./changes.ts";
import { Deployment } from "./deployment.ts";
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
  private readonly deployment: Deployment;

  /**
   * @param variables for Terraform, with the inputs of the deployment as it begins.
   * @param settled stacks that were deployed, and planned again with no change. @default none
   */
  constructor(props: ClinicProps, place: Place, variables: Variables, settled: readonly string[] = []) {
    this.props = props;
    this.variables = variables;
    this.deployment = new Deployment(place, settled);
  }

  /** `again`: with a plan afterwards of what has changed. */
  async take(change: Change, { again = true } = {}): Promise<Step> {
    this.props = change.props(this.props);
    this.variables = { ...this.variables, ...change.inputs };
    const environment = clinic(this.props);
    const began = Date.now();
    const { planned, drift } = await this.deployment.change(environment, this.variables, again);
    const all = Object.values(planned).flat();
    const step = { objections: objections(change, all), drift, effect: summarise(all) };
    tell(environment.id, change, step, Date.now() - began);
    return step;
  }

  /** Takes everything down; the environment must not protect anything any more. */
  async end(): Promise<void> {
    await this.deployment.destroy(clinic(this.props), this.variables);
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
