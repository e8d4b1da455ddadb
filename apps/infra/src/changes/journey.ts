import type { Environment as Variables } from "@mainstay/emulator";
import { type ClinicProps, clinic } from "../blueprints/clinic/index.ts";
import type { Place } from "../rehearsal/place.ts";
import { type Change, inputs } from "./changes.ts";
import { Deployment } from "./deployment.ts";
import type { PlannedChange } from "./effect.ts";
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
  private inputs: Variables = inputs;
  private deployment: Deployment | undefined;
  private readonly where: () => { readonly place: Place; readonly variables: Variables };

  constructor(props: ClinicProps, where: () => { readonly place: Place; readonly variables: Variables }) {
    this.props = props;
    this.where = where;
  }

  /** Inputs of the deployment as they are by now. */
  get variables(): Variables {
    return this.inputs;
  }

  async take(change: Change): Promise<Step> {
    const { place, variables } = this.where();
    this.deployment ??= new Deployment(place);
    this.props = change.props(this.props);
    this.inputs = { ...this.inputs, ...change.inputs };
    const { planned, drift } = await this.deployment.change(clinic(this.props), { ...variables, ...this.inputs });
    const all = Object.values(planned).flat();
    return { objections: objections(change, all), drift, effect: summarise(all), planned: all };
  }

  /** Takes everything down; the environment must not protect anything any more. */
  async end(): Promise<void> {
    const { variables } = this.where();
    await this.deployment?.destroy(clinic(this.props), { ...variables, ...this.inputs });
  }
}
