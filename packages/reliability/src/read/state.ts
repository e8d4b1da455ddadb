import { at, isObject, type Json, type JsonObject, listAt, objectAt, textAt } from "./json.ts";
import type { Mode } from "./synthesis.ts";

/** One instance of a resource as the state knows it. */
export interface Deployed {
  readonly stack: string;
  /** Without the key of `count` or `for_each`: `aws_subnet.public`, `module.network.aws_subnet.public`. */
  readonly address: string;
  /** The key of `count` or `for_each`. */
  readonly key: string | number | undefined;
  /** `module.network` without keys; empty for the root. */
  readonly module: string;
  readonly mode: Mode;
  readonly type: string;
  readonly name: string;
  /** `provider["registry.terraform.io/hashicorp/aws"].eu-central-1`; undefined in the form of `terraform show`, which leaves the alias out. */
  readonly provider: string | undefined;
  readonly values: JsonObject;
  /** Attributes that must not be shown. */
  readonly sensitive: ReadonlySet<string>;
}

/** What one state says is deployed. */
export interface State {
  readonly stack: string;
  /** Which of Terraform's formats it had; `unknown` says that nothing can be concluded from its emptiness. */
  readonly format: "show" | "raw" | "unknown";
  readonly resources: readonly Deployed[];
  readonly outputs: JsonObject;
}

/** Reads `terraform show -json` of a state, or the state file itself (version 4). Never throws. */
export function readState(json: unknown, stack: string): State {
  if (isObject(json) && json.version === 4) return raw(json, stack);
  if (textAt(json, "format_version") !== undefined) return shown(json, stack);
  return { stack, format: "unknown", resources: [], outputs: {} };
}

function shown(json: unknown, stack: string): State {
  return {
    stack,
    format: "show",
    resources: inModule(objectAt(json, "values", "root_module"), stack),
    outputs: outputValues(objectAt(json, "values", "outputs")),
  };
}

/** Resources of a module and of those in it, in the form of `terraform show -json`. */
export function inModule(module: JsonObject, stack: string): Deployed[] {
  const path = withoutKeys(textAt(module, "address") ?? "");
  const own = listAt(module, "resources").flatMap((resource) => {
    const parts = identity(resource, path);
    const key = at(resource, "index");
    const sensitive = objectAt(resource, "sensitive_values");
    return parts === undefined
      ? []
      : [
          {
            ...parts,
            stack,
            key: typeof key === "string" || typeof key === "number" ? key : undefined,
            provider: undefined,
            values: objectAt(resource, "values"),
            sensitive: new Set(Object.keys(sensitive).filter((name) => sensitive[name] === true)),
          },
        ];
  });
  return [
    ...own,
    ...listAt(module, "child_modules").flatMap((child) => (isObject(child) ? inModule(child, stack) : [])),
  ];
}

function raw(json: unknown, stack: string): State {
  const resources = listAt(json, "resources").flatMap((resource) => {
    const parts = identity(resource, withoutKeys(textAt(resource, "module") ?? ""));
    if (parts === undefined) return [];
    return listAt(resource, "instances")
      .filter((instance) => at(instance, "deposed") === undefined)
      .map((instance): Deployed => {
        const key = at(instance, "index_key");
        return {
          ...parts,
          stack,
          key: typeof key === "string" || typeof key === "number" ? key : undefined,
          provider: textAt(resource, "provider"),
          values: objectAt(instance, "attributes"),
          sensitive: new Set(listAt(instance, "sensitive_attributes").flatMap(firstAttribute)),
        };
      });
  });
  return { stack, format: "raw", resources, outputs: outputValues(objectAt(json, "outputs")) };
}

/** `[{ type: "get_attr", value: "password" }]`: the outermost attribute of a path that is marked as sensitive. */
function firstAttribute(path: Json): string[] {
  const name = Array.isArray(path) ? textAt(path[0], "value") : undefined;
  return name === undefined ? [] : [name];
}

type Identity = Pick<Deployed, "address" | "module" | "mode" | "type" | "name">;

/** What a resource is called; undefined for what is none. */
export function identity(resource: unknown, module: string): Identity | undefined {
  const [mode, type, name] = ["mode", "type", "name"].map((key) => textAt(resource, key));
  if (type === undefined || name === undefined) return undefined;
  if (mode !== "managed" && mode !== "data" && mode !== "ephemeral") return undefined;
  const local = mode === "managed" ? `${type}.${name}` : `${mode}.${type}.${name}`;
  return { address: module === "" ? local : `${module}.${local}`, module, mode, type, name };
}

/** `module.a["x"].module.b[0]` as `module.a.module.b`. */
export function withoutKeys(address: string): string {
  return address.replaceAll(/\[(?:"(?:[^"\\]|\\.)*"|\d+)\]/g, "");
}

function outputValues(outputs: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, at(output, "value") ?? null]));
}
