import { ref, TerraformStack, Token } from "cdktf";
import { Construct } from "constructs";

/**
 * One of Terraform's ephemeral resources: made or read anew in each run, and forgotten with its end.
 *
 * WHY: an override of the stack. cdktf 0.21 knows no ephemeral resources; Terraform does since 1.10.
 */
export abstract class EphemeralResource extends Construct {
  private readonly address: string;

  protected constructor(scope: Construct, id: string, type: string, arguments_: object) {
    super(scope, id);
    const stack = TerraformStack.of(this);
    this.address = `ephemeral.${type}.${stack.getLogicalId(this.node)}`;
    stack.addOverride(this.address, arguments_);
  }

  /** Accepted by Terraform in write-only arguments, and refused elsewhere. */
  protected attribute(name: string): string {
    return Token.asString(ref(`${this.address}.${name}`, TerraformStack.of(this)));
  }
}
