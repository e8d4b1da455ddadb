import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Environment, succeeded, terraform, terraformEnv } from "@mainstay/emulator";
import { type JsonObject, objectAt } from "../read/json.ts";

const address = "registry.terraform.io/hashicorp/aws";
/** The provider that the tables describe; the bindings of every module are made for it. */
export const providerVersion = "5.100.0";

/** Where Terraform is set up with the AWS provider and no credentials: it describes and plans, and asks no AWS. */
export interface Workbench {
  readonly directory: string;
  /** Throws with what Terraform said where it fails. */
  readonly run: (...args: string[]) => Promise<string>;
}

/** Makes a folder with the provider and `configuration` in it, and removes it again. */
export async function withProvider<Result>(
  configuration: object,
  work: (bench: Workbench) => Promise<Result>,
): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), "mainstay-provider-"));
  const run = async (...args: string[]) => {
    return succeeded(await terraform(directory, args, environment())).stdout;
  };
  try {
    writeFileSync(
      join(directory, "main.tf.json"),
      JSON.stringify({
        terraform: { required_providers: { aws: { source: "hashicorp/aws", version: providerVersion } } },
        ...configuration,
      }),
    );
    await run("init", "-no-color");
    return await work({ directory, run });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** WHY the variables: a plan asks nobody, but a provider without a key does not start. */
function environment(): Environment {
  return {
    ...terraformEnv(),
    AWS_ACCESS_KEY_ID: "nobody",
    AWS_SECRET_ACCESS_KEY: "nobody",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  };
}

/** The schemas of all resource types. */
export async function resourceSchemas(): Promise<JsonObject> {
  return await withProvider({}, async ({ run }) => {
    const schema: unknown = JSON.parse(await run("providers", "schema", "-json"));
    return objectAt(schema, "provider_schemas", address, "resource_schemas");
  });
}

/** Types whose resources the provider's `default_tags` reach, without their `aws_`, sorted. */
export function taggableTypes(schemas: JsonObject): string[] {
  return Object.keys(schemas)
    .filter((type) => Object.hasOwn(objectAt(schemas, type, "block", "attributes"), "tags_all"))
    .map((type) => type.replace(/^aws_/, ""))
    .toSorted();
}
