import { TerraformStack, Token } from "cdktf";
import { Construct } from "constructs";
import type { generator } from "./decisions.ts";

const type = "aws_secretsmanager_random_password";

/**
 * Terraform's ephemeral resource of that name: Secrets Manager makes a value, which lives as long as one run of Terraform.
 *
 * WHY: an override of the stack. cdktf 0.21 knows no ephemeral resources; Terraform does since 1.10.
 */
export class RandomPassword extends Construct {
  /** For write-only arguments alone: Terraform refuses it everywhere else. */
  readonly value: string;

  constructor(scope: Construct, id: string, arguments_: ReturnType<typeof generator>) {
    super(scope, id);
    const stack = TerraformStack.of(this);
    const name = stack.getLogicalId(this.node);
    stack.addOverride(`ephemeral.${type}.${name}`, arguments_);
    this.value = Token.asString(`\${ephemeral.${type}.${name}.random_password}`);
  }
}
