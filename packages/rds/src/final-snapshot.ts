import { Fn } from "cdktf";
import { Construct } from "constructs";
import { TerraformData } from "./terraform-data.ts";

/**
 * The name of the snapshot that is taken when a database is deleted: its own name and a random suffix, kept in the state.
 *
 * A second environment of the same name, or a second life of the first, gets another suffix, so that names never collide
 * (terraform-aws-rds#445).
 */
export class FinalSnapshot extends Construct {
  readonly suffix: TerraformData;
  readonly identifier: string;

  constructor(scope: Construct, id: string, { database }: { readonly database: string }) {
    super(scope, id);
    this.suffix = new TerraformData(this, "suffix", {
      input: Fn.substr(Fn.uuid(), 0, 8),
      // WHY: uuid() differs in every plan. What was stored at first must stay: a timestamp or a fresh value would be a change
      // in each plan, and only the built-in provider stores a value without one more provider.
      lifecycle: { ignoreChanges: ["input"] },
    });
    this.identifier = `${database}-final-${this.suffix.output}`;
  }
}
