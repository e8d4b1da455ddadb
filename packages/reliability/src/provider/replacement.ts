import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { blocksAt, isObject, type Json, type JsonObject, numberAt, objectAt, textAt } from "../read/json.ts";
import { type Change, readPlan } from "../read/plan.ts";
import { kept, type WhenLeftOut } from "./kept.ts";
import { withProvider } from "./schema.ts";

/**
 * How the provider is asked what it replaces, without an AWS.
 *
 * `replacement-fixture.json` has valid arguments by type and variant. A state is forged in which every one of them has another value, and
 * Terraform plans without refreshing: it names the arguments for which it would replace.
 */
type Fixture = Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;

/** By type: arguments for which the resource is replaced, each with what it means to leave it out. */
export type Measured = Readonly<Record<string, Readonly<Record<string, WhenLeftOut>>>>;

const fixture = JSON.parse(readFileSync(join(import.meta.dirname, "replacement-fixture.json"), "utf8")) as Fixture;
const provider = {
  aws: {
    region: "eu-west-1",
    skip_credentials_validation: true,
    skip_requesting_account_id: true,
    skip_metadata_api_check: true,
  },
};

/** Asks the provider about every argument of the fixture. */
export async function measureReplacement(schemas: JsonObject): Promise<Measured> {
  const changed = await changesFrom(forgedState(schemas, other), fixture);
  const droppable = (type: string, attribute: string) =>
    isPlain(schemas, type, attribute) &&
    needed[type]?.includes(attribute) !== true &&
    changed.some((change) => change.type === type && change.replacedFor.includes(attribute));
  const short = without(droppable);
  // WHY twice: of a boolean that is left out, only one of the two values is a change.
  const left = [
    ...(await changesFrom(forgedState(schemas, other), short)),
    ...(await changesFrom(
      forgedState(schemas, (value) => value),
      short,
    )),
  ];
  const table: Record<string, Record<string, WhenLeftOut>> = {};
  for (const { type, name, replacedFor } of changed) {
    const written = fixture[type]?.[name] ?? {};
    for (const path of replacedFor.map(withoutPositions)) {
      const [attribute = ""] = path.split(".");
      // What the fixture leaves out has no value to compare.
      if (!(attribute in written)) continue;
      const row = table[type] ?? {};
      table[type] = row;
      const dropped = path === attribute && droppable(type, attribute);
      const replacing = left.find((change) => dropped && change.type === type && change.replacedFor.includes(path));
      row[path] ??= replacing === undefined ? kept : plain(replacing.after?.[attribute]);
    }
  }
  return table;
}

/** What a plan would change between a state and a configuration. */
async function changesFrom(state: object, resource: Fixture): Promise<readonly Change[]> {
  return await withProvider({ provider, resource }, async ({ directory, run }) => {
    writeFileSync(join(directory, "terraform.tfstate"), JSON.stringify(state));
    await run("plan", "-no-color", "-input=false", "-refresh=false", "-lock=false", "-out=saved");
    return readPlan(JSON.parse(await run("show", "-json", "saved")), "").changes;
  });
}

function plain(value: Json | undefined): string | number | boolean | null {
  return value === undefined || typeof value === "object" ? null : value;
}

/** Neither required nor answered by AWS. */
function isPlain(schemas: JsonObject, type: string, attribute: string): boolean {
  const schema = objectAt(schemas, type, "block", "attributes", attribute);
  return schema.optional === true && schema.computed !== true;
}

/** The fixture without the arguments that replace and could be left out. */
function without(droppable: (type: string, attribute: string) => boolean): Fixture {
  return mapValues(fixture, (variants, type) =>
    mapValues(variants, (written) =>
      Object.fromEntries(Object.entries(written).filter(([attribute]) => !droppable(type, attribute))),
    ),
  );
}

/** What the provider's schema calls optional, but a plan without it fails. */
const needed: Readonly<Record<string, readonly string[]>> = {
  aws_dynamodb_table: ["range_key"],
  aws_lb_target_group: ["port", "protocol", "vpc_id"],
  aws_rds_global_cluster: ["source_db_cluster_identifier"],
  aws_route: ["destination_cidr_block"],
};

/** A state in which every argument of the fixture has the value that `change` makes of it. */
function forgedState(schemas: JsonObject, change: (value: Json) => Json): object {
  const resources = Object.entries(fixture).flatMap(([type, variants]) =>
    Object.entries(variants).map(([name, written]) => {
      const schema = objectAt(schemas, type);
      const attributes = conform(objectAt(schema, "block"), { ...mapValues(written, change), id: name });
      return {
        mode: "managed",
        type,
        name,
        provider: 'provider["registry.terraform.io/hashicorp/aws"]',
        instances: [{ schema_version: numberAt(schema, "version") ?? 0, attributes, sensitive_attributes: [] }],
      };
    }),
  );
  return { version: 4, terraform_version: "1.11.0", serial: 1, lineage: "forged", outputs: {}, resources };
}

/** A value that nothing takes for the same. */
function other(value: Json): Json {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value + 1;
  if (typeof value === "string") return value === "true" ? "false" : `${value}0`;
  if (Array.isArray(value)) return value.map(other);
  return isObject(value) ? mapValues(value, other) : value;
}

/** `value` in the form that a state has: every attribute there, every block a list. */
function conform(block: JsonObject, value: JsonObject): JsonObject {
  const attributes = mapValues(objectAt(block, "attributes"), (_schema, name) => value[name] ?? null);
  const nested = mapValues(objectAt(block, "block_types"), (schema, name): Json => {
    const inner = blocksAt(value, name).map((each) => conform(objectAt(schema, "block"), each));
    return textAt(schema, "nesting_mode") === "single" ? (inner[0] ?? null) : inner;
  });
  return { ...attributes, ...nested };
}

/** `encryption_configuration.0.kms_key` without the `0`. */
function withoutPositions(path: string): string {
  return path
    .split(".")
    .filter((part) => /^[a-z_]/i.test(part))
    .join(".");
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From, key: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}

/** Settable arguments of a type that the fixture has in no variant. */
export function unmeasured(schemas: JsonObject, type: string): string[] {
  const written = new Set(Object.values(fixture[type] ?? {}).flatMap((variant) => Object.keys(variant)));
  const attributes = objectAt(schemas, type, "block", "attributes");
  return Object.keys(attributes)
    .filter((name) => {
      const { required, optional } = objectAt(attributes, name);
      return (required === true || optional === true) && !written.has(name);
    })
    .filter((name) => !["id", "tags", "tags_all"].includes(name))
    .toSorted();
}

export const measuredTypes = Object.keys(fixture);
