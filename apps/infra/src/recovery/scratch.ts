import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { absences, explain, type Plan, plan } from "./plan.ts";
import type { Configuration, Provider, Stack } from "./stacks.ts";
import { instances, parseState } from "./state.ts";
import { must, RecoveryError, type Terraform, terraformIn } from "./terraform.ts";
import type { Workspace } from "./workspace.ts";

/** Where AWS lists what belongs to no region, in the standard partition. */
const globalRegion = "us-east-1";

/** How providers say that there is nothing to import; the errors of drafts say other things. */
const ofAbsence = /non-existent|not ?found|couldn't find|does not exist|empty result/i;

/**
 * A Terraform with the stack's providers and nothing of its state: asks AWS questions with the very credentials, account and endpoints
 * that a deployment has.
 */
export class Scratch {
  readonly directory: string;
  readonly run: Terraform;
  readonly #configuration: Configuration;
  readonly #providers: readonly Provider[];
  readonly #plugins: string;
  #initialised = false;

  constructor(stack: Stack, workspace: Workspace) {
    this.directory = join(dirname(workspace.directory), `${basename(workspace.directory)}.scratch`);
    this.run = terraformIn(this.directory, { TF_DATA_DIR: join(this.directory, ".terraform") });
    this.#configuration = stack.configuration;
    this.#providers = withGlobalRegion(stack.configuration.provider.aws ?? []);
    this.#plugins = workspace.providers;
    this.close();
    mkdirSync(this.directory, { recursive: true });
  }

  /** The regions that it can ask. */
  get regions(): string[] {
    return this.#providers.map(({ region }) => region);
  }

  /** What `data` sources answer, by their addresses. `content` may hold anything that a configuration may. */
  async ask(
    content: Readonly<Record<string, unknown>>,
  ): Promise<ReadonlyMap<string, Readonly<Record<string, unknown>>>> {
    await this.#configure(content);
    const answer = await plan(this);
    if ("errors" in answer) throw new RecoveryError(explain("Asking AWS", answer.errors));
    return new Map(resourcesIn(answer).map(({ address, values }) => [address, values]));
  }

  /** Those of `candidates` that exist. What is being deleted does not. */
  async existing<Candidate extends { readonly type: string; readonly id: string; readonly region: string }>(
    candidates: readonly Candidate[],
  ): Promise<Candidate[]> {
    if (candidates.length === 0) return [];
    const at = candidates.map((candidate, index) => [`${candidate.type}.s${index}`, candidate] as const);
    await this.#configure({
      import: at.map(([to, { id, region }]) => ({ to, id, provider: this.providerOf(region) })),
    });
    const ran = await plan(this, "-generate-config-out=generated.tf");
    // WHY errors are no failure: Terraform writes a draft for each that exists, and drafts are seldom sound.
    const errors = "errors" in ran ? ran.errors : [];
    const saying = errors.filter(({ summary, detail }) => ofAbsence.test(`${summary} ${detail}`));
    const { absent } = absences(
      saying,
      at.map(([address, { id }]) => ({ address, id })),
    );
    return at.flatMap(([address, candidate]) => (absent.has(address) ? [] : [candidate]));
  }

  /**
   * Imports each of `resources` into a state of its own, and destroys them: the types of each list in `first` before all others. Answers
   * what Terraform complains of.
   */
  async destroy(
    resources: readonly { readonly type: string; readonly id: string; readonly region: string }[],
    first: readonly (readonly string[])[],
  ): Promise<string | undefined> {
    const named = resources.map((resource, index) => ({ ...resource, name: `s${index}` }));
    const bare = named.map(({ type, name, region }) => ({
      [type]: { [name]: { provider: this.providerOf(region) } },
    }));
    await this.#configure({ resource: bare });
    for (const { type, name, id } of named) {
      must(`Reading ${id}`, await this.run("import", "-no-color", `${type}.${name}`, id));
    }
    // WHY: such a block lacks what its type requires, and Terraform destroys nothing with a configuration that is not valid. What is in the state
    // and in no configuration goes as well.
    this.#write({});
    await this.#forgetDefaults();
    for (const types of first) {
      const targets = named
        .filter(({ type }) => types.includes(type))
        .map(({ type, name }) => `-target=${type}.${name}`);
      if (targets.length > 0) await this.run("destroy", "-no-color", "-auto-approve", ...targets);
    }
    const { code, stderr } = await this.run("destroy", "-no-color", "-auto-approve");
    return code === 0 ? undefined : stderr.trim();
  }

  /** What `provider` of a resource in `region` says; the first provider's where there is none. */
  providerOf(region: string): string {
    const provider = this.#providers.find((candidate) => candidate.region === (region || globalRegion));
    const alias = (provider ?? this.#providers[0])?.alias;
    return alias === undefined ? "aws" : `aws.${alias}`;
  }

  close(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** WHY: a VPC's own security group cannot be deleted; it goes with the VPC. */
  async #forgetDefaults(): Promise<void> {
    const own = instances(parseState(must("Reading", await this.run("state", "pull")))).filter(
      ({ type, attributes }) => type === "aws_security_group" && attributes.name === "default",
    );
    for (const { address } of own) must("Forgetting", await this.run("state", "rm", address));
  }

  async #configure(content: Readonly<Record<string, unknown>>): Promise<void> {
    for (const file of readdirSync(this.directory)) {
      if (/\.tf(\.json)?$|\.tfstate/.test(file)) rmSync(join(this.directory, file));
    }
    this.#write(content);
    if (this.#initialised) return;
    must("terraform init", await this.run("init", "-no-color", `-plugin-dir=${this.#plugins}`));
    this.#initialised = true;
  }

  #write(content: Readonly<Record<string, unknown>>): void {
    const { terraform, variable } = this.#configuration;
    const main = {
      terraform: { required_providers: terraform.required_providers },
      provider: { aws: this.#providers.map(({ default_tags: _tags, ...provider }) => provider) },
      ...(variable !== undefined && { variable }),
      ...content,
    };
    writeFileSync(join(this.directory, "main.tf.json"), JSON.stringify(main));
  }
}

function withGlobalRegion(providers: readonly Provider[]): Provider[] {
  const [first] = providers;
  const own = providers.map(({ region }) => region);
  // WHY not elsewhere: other partitions list what is global in regions of their own.
  if (first === undefined || own.includes(globalRegion) || /^(cn|us-gov|us-iso)/.test(first.region))
    return [...providers];
  return [...providers, { ...first, alias: "recovery-global", region: globalRegion }];
}

function resourcesIn({ prior_state: state }: Plan) {
  return state?.values?.root_module?.resources ?? [];
}
