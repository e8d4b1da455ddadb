import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

type Json = Record<string, unknown>;

/** Blocks that become constructs; every other one stays as it is. */
const written = new Set(["//", "terraform", "provider", "data", "resource", "variable", "output"]);

/** Attributes whose keys are the user's own words. */
const userMaps = new Set(["tags", "dimensions", "input", "config", "default"]);

/**
 * Writes the cdktf program that somebody without modules would have written: every resource of the synthesised stacks in
 * `output`, one after the other, by the provider's own classes. It makes as many copies of them as its argument says.
 */
export function writeFlatProgram(output: string, file: string): void {
  const imports = new Map<string, string>();
  const stacks = readdirSync(join(output, "stacks")).map((name) => stackSource(name, readStack(output, name), imports));
  writeFileSync(
    file,
    [
      'import { App, DataResource, DataTerraformRemoteStateLocal, LocalBackend, TerraformOutput, TerraformStack, TerraformVariable } from "cdktf";',
      ...[...imports].map(([name, path]) => `import { ${name} } from "@cdktf/provider-aws/lib/${path}/index.js";`),
      "const app = new App({ stackTraces: false });",
      "for (let copy = 0; copy < Number(process.argv[2]); copy++) {",
      ...stacks,
      "}",
      "app.synth();",
      "",
    ].join("\n"),
  );
}

function readStack(output: string, name: string): Json {
  return JSON.parse(readFileSync(join(output, "stacks", name, "cdk.tf.json"), "utf8"));
}

function stackSource(name: string, json: Json, imports: Map<string, string>): string {
  const lines: string[] = [];
  const create = (className: string, id: string, config: unknown, provider?: unknown) =>
    lines.push(
      `  { const it = new ${className}(stack, ${quote(id)}, ${JSON.stringify(config, null, 1)}); it.overrideLogicalId(${quote(id)});${provider === undefined ? "" : ` it.addOverride("provider", ${JSON.stringify(provider)});`} }`,
    );
  const { backend } = json.terraform as { backend: { local: { path: string } } };
  lines.push(`  new LocalBackend(stack, ${JSON.stringify(backend.local)});`);
  for (const [index, provider] of (json.provider as { aws: Json[] }).aws.entries()) {
    lines.push(`  new AwsProvider(stack, "aws-${index}", ${JSON.stringify(camel(provider))});`);
  }
  imports.set("AwsProvider", "provider");
  for (const [type, named] of entries(json.data)) {
    for (const [id, { provider, ...config }] of entries(named)) {
      if (type === "terraform_remote_state") create("DataTerraformRemoteStateLocal", id, config.config);
      else create(classOf(type, "data", imports), id, camel(config), provider);
    }
  }
  for (const [type, named] of entries(json.resource)) {
    for (const [id, { provider, ...config }] of entries(named)) {
      const className = type === "terraform_data" ? "DataResource" : classOf(type, "resource", imports);
      create(className, id, camel(config), provider);
    }
  }
  for (const [id, config] of entries(json.variable)) create("TerraformVariable", id, camel(config));
  for (const [id, config] of entries(json.output)) create("TerraformOutput", id, config);
  for (const [block, body] of entries(json).filter(([key]) => !written.has(key))) {
    lines.push(`  stack.addOverride(${quote(block)}, ${JSON.stringify(body)});`);
  }
  return `{\n  const stack = new TerraformStack(app, \`${name}-\${copy}\`);\n${lines.join("\n")}\n}`;
}

/** The provider's class for a type, as its own declaration names it. */
function classOf(type: string, kind: "resource" | "data", imports: Map<string, string>): string {
  const folder = `${kind === "data" ? "data-aws-" : ""}${type.replace(/^aws_/, "").replaceAll("_", "-")}`;
  const path = createRequire(import.meta.url).resolve(`@cdktf/provider-aws/lib/${folder}/index.js`);
  const declaration = readFileSync(path.replace(/\.js$/, ".d.ts"), "utf8");
  const [, name = ""] =
    /export declare class (\w+) extends cdktf\.Terraform(?:Resource|DataSource)/.exec(declaration) ?? [];
  imports.set(name, folder);
  return name;
}

/** Terraform's names as cdktf spells them; `lifecycle` and `depends_on` keep their meaning. */
function camel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camel);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "depends_on")
      .map(([key, inner]) => [
        key.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
        userMaps.has(key) && !Array.isArray(inner) ? inner : camel(inner),
      ]),
  );
}

function entries(value: unknown): [string, Json][] {
  return Object.entries((value ?? {}) as Record<string, Json>);
}

function quote(text: string): string {
  return JSON.stringify(text);
}
