import { blocksAt, type Json, type JsonObject, listAt, objectAt, textAt } from "./json.ts";

export type Mode = "managed" | "data" | "ephemeral";

/** A resource or data source as it is written. */
export interface Block {
  readonly stack: string;
  /** `aws_vpc.network_vpc`, `data.aws_caller_identity.account`. */
  readonly address: string;
  readonly mode: Mode;
  readonly type: string;
  readonly name: string;
  /** Arguments, without those of Terraform itself. */
  readonly attributes: JsonObject;
  readonly lifecycle: JsonObject;
  readonly dependsOn: readonly string[];
  /** `aws.eu-central-1` where it is not the default one. */
  readonly provider: string | undefined;
  /** `count` or `for_each`: how many there will be is not known. */
  readonly repeated: boolean;
}

/** A provider block. */
export interface Provider {
  /** `aws`, or `aws.eu-central-1` with an alias. */
  readonly name: string;
  /** Where it comes from, as far as that is written: `hashicorp/aws`. */
  readonly source: string;
  readonly attributes: JsonObject;
}

/** One stack as it was synthesised: what `cdk.tf.json`, or any Terraform in JSON, says. */
export interface Synthesis {
  readonly stack: string;
  readonly blocks: readonly Block[];
  /** Managed ones by address. */
  readonly resources: ReadonlyMap<string, Block>;
  readonly providers: readonly Provider[];
  readonly outputs: Readonly<Record<string, JsonObject>>;
  readonly locals: JsonObject;
  readonly variables: Readonly<Record<string, JsonObject>>;
  readonly modules: Readonly<Record<string, JsonObject>>;
  readonly moved: readonly { readonly from: string; readonly to: string }[];
  readonly removed: readonly { readonly from: string; readonly destroy: boolean }[];
  readonly backend: { readonly kind: string; readonly config: JsonObject } | undefined;
}

const ofTerraform = new Set([
  "//",
  "lifecycle",
  "depends_on",
  "provider",
  "count",
  "for_each",
  "connection",
  "provisioner",
]);

/**
 * Reads one stack. Never throws: what has another form than Terraform's JSON syntax is left out.
 *
 * @param json the parsed file; a list for a stack of several files.
 * @param stack its name; by default the one that cdktf wrote into it.
 */
export function readSynthesis(json: unknown, stack = stackName(json)): Synthesis {
  const files: readonly unknown[] = Array.isArray(json) ? json : [json];
  const blocks = files.flatMap((file) => [
    ...blocksOf(stack, "managed", file),
    ...blocksOf(stack, "data", file),
    ...blocksOf(stack, "ephemeral", file),
  ]);
  const managed = blocks.filter(({ mode }) => mode === "managed");
  return {
    stack,
    blocks,
    resources: new Map(managed.map((block) => [block.address, block])),
    providers: files.flatMap((file) =>
      labelled(file, "provider").map(([name, body]) => provider(name, sourceOf(files, name), body)),
    ),
    outputs: merged(files, "output"),
    locals: Object.assign({}, ...files.flatMap((file) => blocksAt(file, "locals"))),
    variables: merged(files, "variable"),
    modules: merged(files, "module"),
    moved: files.flatMap((file) =>
      blocksAt(file, "moved").map((block) => ({ from: bare(block, "from"), to: bare(block, "to") })),
    ),
    removed: files.flatMap((file) =>
      blocksAt(file, "removed").map((block) => ({ from: bare(block, "from"), destroy: destroys(block) })),
    ),
    backend: files.map(backendOf).find((found) => found !== undefined),
  };
}

function stackName(json: unknown): string {
  return textAt(json, "//", "metadata", "stackName") ?? "";
}

const sections = { managed: "resource", data: "data", ephemeral: "ephemeral" } as const;

function blocksOf(stack: string, mode: Mode, file: unknown): Block[] {
  const start = mode === "managed" ? "" : `${mode}.`;
  return labelled(file, sections[mode]).flatMap(([type, body]) =>
    labelled({ body }, "body").map(([name, block]): Block => {
      const attributes = Object.entries(block).filter(([key]) => !ofTerraform.has(key));
      return {
        stack,
        address: `${start}${type}.${name}`,
        mode,
        type,
        name,
        attributes: Object.fromEntries(attributes),
        lifecycle: blocksAt(block, "lifecycle")[0] ?? {},
        dependsOn: listAt(block, "depends_on").filter((item) => typeof item === "string"),
        provider: textAt(block, "provider"),
        repeated: "count" in block || "for_each" in block,
      };
    }),
  );
}

/** Blocks by their label. Terraform's JSON may have lists of objects in place of one, on every level. */
function labelled(value: unknown, key: string): [label: string, body: JsonObject][] {
  return blocksAt(value, key).flatMap((labels) =>
    Object.entries(labels)
      .filter(([label]) => label !== "//")
      .flatMap(([label, body]) => blocksAt({ body }, "body").map((block): [string, JsonObject] => [label, block])),
  );
}

function merged(files: readonly unknown[], key: string): Record<string, JsonObject> {
  return Object.fromEntries(files.flatMap((file) => labelled(file, key)));
}

function provider(name: string, source: string, attributes: JsonObject): Provider {
  const alias = textAt(attributes, "alias");
  return { name: alias === undefined ? name : `${name}.${alias}`, source, attributes };
}

/** Terraform takes a provider that nobody says the source of for one of HashiCorp's. */
function sourceOf(files: readonly unknown[], name: string): string {
  const said = files
    .flatMap((file) => blocksAt(file, "terraform"))
    .flatMap((terraform) => blocksAt(terraform, "required_providers"))
    .map((required) => textAt(required, name, "source"));
  return said.find((source) => source !== undefined) ?? `hashicorp/${name}`;
}

/** An address, with or without the `${}` that Terraform lets one write around it. */
function bare(block: JsonObject, key: string): string {
  return (textAt(block, key) ?? "").replace(/^\$\{(.*)\}$/, "$1");
}

function destroys(removed: JsonObject): boolean {
  const [lifecycle] = blocksAt(removed, "lifecycle");
  return lifecycle?.destroy !== false;
}

function backendOf(file: unknown): Synthesis["backend"] {
  for (const terraform of blocksAt(file, "terraform")) {
    const [found] = labelled(terraform, "backend");
    if (found !== undefined) return { kind: found[0], config: found[1] };
  }
  return undefined;
}

/** Whether Terraform is told not to delete it. */
export function isPrevented({ lifecycle }: Pick<Block, "lifecycle">): boolean {
  return lifecycle.prevent_destroy === true;
}

/** Arguments whose changes Terraform does not look at. */
export function ignored({ lifecycle }: Pick<Block, "lifecycle">, attribute: string): boolean {
  const changes: Json | undefined = lifecycle.ignore_changes;
  if (changes === "all") return true;
  return (
    Array.isArray(changes) && changes.some((path) => typeof path === "string" && /^\w+/.exec(path)?.[0] === attribute)
  );
}

/** The tags of a provider's `default_tags`. */
export function defaultTags({ attributes }: Provider): JsonObject {
  return Object.assign({}, ...blocksAt(attributes, "default_tags").map((block) => objectAt(block, "tags")));
}
