import type { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version/index.js";
import { Fn, propertyAccess, Token } from "cdktf";
import type { Construct } from "constructs";
import { EphemeralResource } from "./ephemeral.ts";

/** What a secret holds by now, whoever wrote it last: Terraform, or a rotation. */
export class StoredValue extends EphemeralResource {
  constructor(scope: Construct, id: string, { after }: { readonly after: SecretsmanagerSecretVersion }) {
    // WHY the version's secret and not the secret itself: the value is read after it was written.
    super(scope, id, "aws_secretsmanager_secret_version", { secret_id: after.secretId });
  }

  /** A field of a secret that is JSON. For write-only arguments alone. */
  field(name: string): string {
    return Token.asString(propertyAccess(Fn.jsondecode(this.attribute("secret_string")), [name]));
  }
}
