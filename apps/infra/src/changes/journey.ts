import type { PlannedChange, Environment as Variables } from "@mainstay/emulator";
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
  readonly planned: readonly PlannedChange[];
}

/** One environment that goes from change to change, each beginning where the one before ended. */
export class Journey {
  private props: ClinicProps;
  private inputs: Variables;
  private deployment: Deployment | undefined;
  private readonly where: () => { readonly place: Place; readonly variables: Variables };

  /** `first`: inputs of the deployment when it begins, beside the `variables` of each. */
  constructor(
    props: ClinicProps,
    where: () => { readonly place: Place; readonly variables: Variables },
    first: Variables = {},
  ) {
    this.props = props;
    this.where = where;
    this.inputs = first;
  }

  /** `again`: with a plan afterwards of what has changed. */
  async take(change: Change, { again = true } = {}): Promise<Step> {
    const { place, variables } = this.where();
    this.deployment ??= new Deployment(place);
    this.props = change.props(this.props);
    this.inputs = { ...this.inputs, ...change.inputs };
    const environment = clinic(this.props);
    const began = Date.now();
    const { planned, drift } = await this.deployment.change(environment, { ...variables, ...this.inputs }, again);
    const all = Object.values(planned).flat();
    const step = { objections: objections(change, all), drift, effect: summarise(all), planned: all };
    tell(environment.id, change, step, Date.now() - began);
    return step;
  }

  /** Takes everything down; the environment must not protect anything any more. */
  async end(): Promise<void> {
    const { variables } = this.where();
    await this.deployment?.destroy(clinic(this.props), { ...variables, ...this.inputs });
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
