import { type TerraformMetaArguments, TerraformResource } from "cdktf";
import type { Construct } from "constructs";

interface TerraformDataProps extends TerraformMetaArguments {
  /** Stored in the state, and handed out again as `output`. May be an expression. */
  readonly input: string;
}

/**
 * `terraform_data`, the built-in resource that keeps a value in the state. Needs no provider.
 *
 * WHY not cdktf's own DataResource: it asks `terraform version` at every synthesis, which takes longer than all else that a data
 * stack does. The stack's `required_version` says the same where it counts.
 */
export class TerraformData extends TerraformResource {
  readonly #input: string;

  constructor(scope: Construct, id: string, { input, ...meta }: TerraformDataProps) {
    super(scope, id, { terraformResourceType: "terraform_data", ...meta });
    this.#input = input;
  }

  /** The stored value: known after the first apply, the same ever after. */
  get output(): string {
    return this.getStringAttribute("output");
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { input: this.#input };
  }
}
