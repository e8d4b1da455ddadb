import type { Construct } from "constructs";
import type { generator } from "./decisions.ts";
import { EphemeralResource } from "./ephemeral.ts";

/** A value that Secrets Manager makes up. Another one in each run: whatever has to stay the same reads it where it was stored. */
export class RandomPassword extends EphemeralResource {
  /** For write-only arguments alone. */
  readonly value: string;

  constructor(scope: Construct, id: string, arguments_: ReturnType<typeof generator>) {
    super(scope, id, "aws_secretsmanager_random_password", arguments_);
    this.value = this.attribute("random_password");
  }
}
