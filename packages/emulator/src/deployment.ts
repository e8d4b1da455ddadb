import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LocalAws } from "./local-aws.ts";
import { type PlannedChange, plannedChanges } from "./planned.ts";
import { succeeded, type TerraformResult, terraform, terraformEnvOn } from "./terraform.ts";

type Change = Pick<PlannedChange, "address" | "action">;

/** One synthesised stack, in a folder and a local AWS, through its life. For tests of what is deployed already. */
export class Deployment {
  private readonly aws: LocalAws;
  private readonly directory: string;
  private initialised = false;

  /** @param directory a new folder; the stack's own goes so deep into it that a relative state file lands in it too. */
  constructor(aws: LocalAws, directory: string) {
    this.aws = aws;
    this.directory = join(directory, "cdktf.out/stacks/stack");
    mkdirSync(this.directory, { recursive: true });
  }

  /** Deploys `stack`, the text of its `cdk.tf.json`, and answers its outputs. Throws where Terraform fails. */
  async apply(stack: string): Promise<Record<string, unknown>> {
    await this.prepare(stack);
    succeeded(await this.run("apply", "-auto-approve"));
    const outputs = JSON.parse(succeeded(await this.run("output", "-json")).stdout) as Record<
      string,
      { value: unknown }
    >;
    return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
  }

  /** Deploys `stack`, and answers what that changed. WHY not planned before: that would start Terraform and provider once more. */
  async change(stack: string): Promise<readonly Change[]> {
    await this.prepare(stack);
    return changesIn(succeeded(await this.run("apply", "-auto-approve", "-json")));
  }

  /** What deploying `stack` would change now; empty for nothing. */
  async plan(stack: string): Promise<readonly Change[]> {
    await this.prepare(stack);
    return changesIn(succeeded(await this.run("plan", "-json", "-lock=false")));
  }

  async destroy(): Promise<void> {
    succeeded(await this.run("destroy", "-auto-approve"));
  }

  private async prepare(stack: string): Promise<void> {
    writeFileSync(join(this.directory, "cdk.tf.json"), stack);
    if (!this.initialised) succeeded(await this.run("init"));
    this.initialised = true;
  }

  private run(command: string, ...args: string[]): Promise<TerraformResult> {
    return terraform(this.directory, [command, "-no-color", ...args], terraformEnvOn(this.aws));
  }
}

function changesIn({ stdout }: TerraformResult): readonly Change[] {
  return plannedChanges(stdout)
    .map(({ address, action }) => ({ address, action }))
    .toSorted((a, b) => (a.address < b.address ? -1 : 1));
}
