import { isObject, type Json, type JsonObject, listAt, objectAt, textAt } from "../read/json.ts";
import type { Change } from "../read/plan.ts";
import { withoutKeys } from "../read/state.ts";

/** How many steps through modules and outputs are followed; Terraform refuses circles, but a file may hold anything. */
const deepest = 20;

/** What reads what in the code that was planned. A local value is not in a plan: there the trail ends. */
export class References {
  readonly #root: JsonObject;
  /** WHY an index: a plan of thousands of resources asks for each that is replaced. */
  readonly #resources = new Map<string, ReadonlyMap<string, JsonObject>>();

  constructor(configuration: JsonObject) {
    this.#root = objectAt(configuration, "root_module");
  }

  /** Addresses, without keys, of the resources from which an attribute gets its value. */
  of(module: string, resource: string, attribute: string): string[] {
    const path = modulePath(module);
    const expressions = this.#expressions(path, resource);
    return [...new Set(Object.hasOwn(expressions, attribute) ? this.#follow(path, expressions[attribute], 0) : [])];
  }

  /** Attributes that the code sets; undefined where the plan does not have the code of this resource. */
  written(module: string, resource: string): ReadonlySet<string> | undefined {
    const entry = this.#entry(modulePath(module), resource);
    return entry === undefined ? undefined : new Set(Object.keys(objectAt(entry, "expressions")));
  }

  #follow(path: readonly string[], expression: Json | undefined, depth: number): string[] {
    if (depth > deepest) return [];
    return referencesIn(expression).flatMap((reference) => this.#resolve(path, reference, depth + 1));
  }

  #resolve(path: readonly string[], reference: string, depth: number): string[] {
    const [first = "", second = "", third = ""] = withoutKeys(reference).split(".");
    if (first === "var") {
      const call = objectAt(this.#moduleAt(path.slice(0, -1)), "module_calls", path.at(-1) ?? "");
      return path.length === 0 ? [] : this.#follow(path.slice(0, -1), objectAt(call, "expressions")[second], depth);
    }
    if (first === "module") {
      // `module.a` alone stands beside `module.a.output`, which says more.
      if (third === "") return [];
      const output = objectAt(this.#moduleAt([...path, second]), "outputs", third);
      return this.#follow([...path, second], output.expression, depth);
    }
    if (["local", "each", "count", "path", "terraform", "self"].includes(first)) return [];
    const prefix = path.map((name) => `module.${name}.`).join("");
    if (first === "data") return this.#through(path, `data.${second}.${third}`, depth);
    return second === "" ? [] : [`${prefix}${first}.${second}`];
  }

  /** A data source passes on what it reads. */
  #through(path: readonly string[], address: string, depth: number): string[] {
    return this.#follow(path, this.#expressions(path, address), depth);
  }

  #expressions(path: readonly string[], address: string): JsonObject {
    return objectAt(this.#entry(path, address) ?? {}, "expressions");
  }

  #entry(path: readonly string[], address: string): JsonObject | undefined {
    const key = path.join(".");
    let index = this.#resources.get(key);
    if (index === undefined) {
      const entries = listAt(this.#moduleAt(path), "resources").filter(isObject);
      index = new Map(entries.map((entry) => [textAt(entry, "address") ?? "", entry]));
      this.#resources.set(key, index);
    }
    return index.get(address);
  }

  #moduleAt(path: readonly string[]): JsonObject {
    let current = this.#root;
    for (const name of path) current = objectAt(current, "module_calls", name, "module");
    return current;
  }
}

/** `module.a.module.b` as `["a", "b"]` */
function modulePath(module: string): string[] {
  return module === "" ? [] : module.split(".").filter((_part, index) => index % 2 === 1);
}

function referencesIn(expression: Json | undefined): string[] {
  if (Array.isArray(expression)) return expression.flatMap(referencesIn);
  if (!isObject(expression)) return [];
  if (Array.isArray(expression.references)) return expression.references.filter((item) => typeof item === "string");
  return Object.values(expression).flatMap(referencesIn);
}

/** What a resource is called inside of its module: `aws_vpc.main`, `data.aws_ami.this`. */
export function localAddress({ mode, type, name }: Pick<Change, "mode" | "type" | "name">): string {
  return `${mode === "managed" ? "" : `${mode}.`}${type}.${name}`;
}
