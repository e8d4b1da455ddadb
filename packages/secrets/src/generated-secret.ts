import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version/index.js";
import { check, type Region, regionOf } from "@mainstay/core";
import type { Construct } from "constructs";
import { type Alphabet, generator, problems, type Recovery } from "./decisions.ts";
import { RandomPassword } from "./random-password.ts";
import { StoredSecret } from "./stored-secret.ts";

export interface GeneratedSecretProps {
  /** What the value is for: shown in the console. */
  readonly description: string;

  /**
   * Add 1 for a new value with the next deployment. The old one stays readable as `AWSPREVIOUS`.
   *
   * @default 1
   */
  readonly version?: number;

  /**
   * Characters, 16 to 4096. A change takes effect with the next `version`.
   *
   * @default 32
   */
  readonly length?: number;

  /**
   * What the value is made of. A change takes effect with the next `version`.
   *
   * @default "letters-and-digits", 190 bits at 32 characters, safe in a URL, a header and a shell
   */
  readonly alphabet?: Alphabet;

  /**
   * Days that a deleted secret can be brought back; its name stays taken until then.
   *
   * @default 30
   */
  readonly recovery?: Recovery;

  /**
   * Other regions that get a copy, which stays readable while this region is gone. Adding one replaces nothing.
   * Each costs as much as the secret and its key.
   *
   * @default none
   */
  readonly replicas?: readonly Region[];
}

/**
 * A random value that AWS makes and keeps. It is in no file, no plan and no state.
 *
 * Terraform holds the value only while it applies (an ephemeral resource), and hands it to a write-only argument.
 */
export class GeneratedSecret extends StoredSecret {
  readonly password: RandomPassword;
  readonly version: SecretsmanagerSecretVersion;

  constructor(scope: Construct, id: string, props: GeneratedSecretProps) {
    const { description, version = 1, length = 32, alphabet = "letters-and-digits", recovery = 30 } = props;
    super(scope, id, { description, recovery, replicas: props.replicas ?? [] });
    check(this, problems(props, regionOf(this)));

    this.password = new RandomPassword(this, "password", generator({ length, alphabet }));
    this.version = new SecretsmanagerSecretVersion(this, "version", {
      secretId: this.secret.id,
      secretStringWo: this.password.value,
      secretStringWoVersion: version,
    });
  }
}
