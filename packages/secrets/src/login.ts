import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version/index.js";
import { check, type Region, regionOf } from "@mainstay/core";
import { Fn } from "cdktf";
import type { Construct } from "constructs";
import { generator, problems, type Recovery } from "./decisions.ts";
import { RandomPassword } from "./random-password.ts";
import { StoredSecret } from "./stored-secret.ts";
import { StoredValue } from "./stored-value.ts";

export interface LoginProps {
  /** What it opens: shown in the console. */
  readonly description: string;

  /** Name of the user, as the server knows it. A change takes effect with the next `version`. */
  readonly username: string;

  /** Kind of server, for whoever reads the secret: a field of AWS's own format for databases. */
  readonly engine: "mysql";

  /**
   * Add 1 for a new password with the next deployment, also while a {@link Rotation} makes new ones by itself.
   *
   * @default 1
   */
  readonly version?: number;

  /**
   * Days that a deleted secret can be brought back; its name stays taken until then.
   *
   * @default 30
   */
  readonly recovery?: Recovery;

  /**
   * Other regions that get a copy, which stays readable while this region is gone. Adding one replaces nothing.
   *
   * @default none
   */
  readonly replicas?: readonly Region[];

  /**
   * Refuses every plan that would delete the secret or its key.
   *
   * @default false
   */
  readonly protect?: boolean;
}

/** Characters of a password. MySQL on RDS takes 8 to 41, without `/`, `"` and `@` (RDS API, `MasterUserPassword`). */
const length = 32;

/**
 * A user name and a password that AWS makes, as JSON with `username`, `password` and `engine`: what a service takes as a secret.
 *
 * The server has to get its password from here, by {@link password}. It is read from the secret and not from the generator: a
 * deployment that failed between the two goes on with what was stored, so that secret and server cannot differ.
 */
export class Login extends StoredSecret {
  readonly generated: RandomPassword;
  readonly version: SecretsmanagerSecretVersion;
  readonly stored: StoredValue;
  /** For a write-only argument alone; `passwordVersion` is its version. */
  readonly password: string;
  /** Unchanged by rotations: a server that Terraform gave a password keeps the one that it has by now, until this is raised. */
  readonly passwordVersion: number;

  constructor(scope: Construct, id: string, props: LoginProps) {
    const { description, username, engine, version = 1, recovery = 30, replicas = [], protect = false } = props;
    super(scope, id, { description, recovery, replicas, protect, logs: true });
    check(this, problems({ description, version, recovery, replicas }, regionOf(this)));

    this.generated = new RandomPassword(this, "password", generator({ length, alphabet: "letters-and-digits" }));
    this.version = new SecretsmanagerSecretVersion(this, "version", {
      secretId: this.secret.id,
      secretStringWo: Fn.jsonencode({ username, password: this.generated.value, engine }),
      secretStringWoVersion: version,
      // WHY a label of our own: rotations take the others away, and Secrets Manager deletes versions without one. Terraform
      // would then write a new password, which the server does not have.
      versionStages: ["AWSCURRENT", "TERRAFORM"],
      // WHY: a rotation moves AWSCURRENT on, and Terraform would move it back to a password that the server no longer takes.
      lifecycle: { ignoreChanges: ["version_stages"] },
    });
    this.stored = new StoredValue(this, "stored", { after: this.version });
    this.password = this.stored.field("password");
    this.passwordVersion = version;
  }
}
