import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Stack, withoutProtection } from "./stacks.ts";
import { type Ran, type Terraform, terraformIn } from "./terraform.ts";

/**
 * A copy of a stack's folder in which recovery plans and imports: on the stack's own state, but without touching a file that cdktf made.
 *
 * WHY beside `stacks` and as deep: paths to local states are relative.
 */
export class Workspace {
  readonly directory: string;
  readonly run: Terraform;
  readonly #stack: Stack;

  constructor(stack: Stack) {
    this.#stack = stack;
    this.directory = join(dirname(dirname(stack.directory)), "recovery", stack.name);
    // WHY the stack's own: the provider is downloaded once, for cdktf as well.
    this.run = terraformIn(this.directory, { TF_DATA_DIR: join(stack.directory, ".terraform") });
    this.close();
    cpSync(stack.directory, this.directory, {
      recursive: true,
      filter: (path) => ![".terraform", "errored.tfstate"].includes(basename(path)) && !path.endsWith(".tfplan"),
    });
    this.#write("cdk.tf.json", withoutProtection(stack.configuration));
  }

  init(): Promise<Ran> {
    return this.run("init", "-no-color");
  }

  /** Where the providers are that {@link init} has found. */
  get providers(): string {
    return join(this.#stack.directory, ".terraform/providers");
  }

  /** Has the next plan import `id` at each address. */
  propose(imports: readonly { readonly address: string; readonly id: string }[]): void {
    this.#write("recovery.tf.json", { import: imports.map(({ address, id }) => ({ to: address, id })) });
  }

  /** The file in which Terraform leaves a state that it could not save; undefined where there is none. */
  get unsaved(): string | undefined {
    const file = join(this.#stack.directory, "errored.tfstate");
    return existsSync(file) ? file : undefined;
  }

  close(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  #write(file: string, content: object): void {
    mkdirSync(this.directory, { recursive: true });
    writeFileSync(join(this.directory, file), JSON.stringify(content));
  }
}
