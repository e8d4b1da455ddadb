import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { s3State } from "@mainstay/core";
import {
  awsCli,
  describeLeftovers,
  type Environment,
  type LocalAws,
  startLocalAws,
  terraform,
  terraformEnvOn,
} from "@mainstay/emulator";
import { makeStateBucket, removeStateBucket } from "../../rehearsal/state-bucket.ts";
import type { Recovered } from "../recover.ts";

const root = resolve(import.meta.dirname, "../../../../..");
const app = join(import.meta.dirname, "subject.ts");

/** What was said, and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly text: string;
}

export interface Recovery extends Ended {
  readonly stacks: readonly Recovered[];
}

/** How a deployment is stopped, or what is done while it is in the middle. */
type Event = "kill" | "interrupt" | "close the terminal" | (() => Promise<unknown>);

/** As soon as a deployment has printed `count` lines that `pattern` finds, `how` happens. */
export interface Moment {
  readonly pattern: RegExp;
  readonly count: number;
  readonly how: Event;
}

/** The subject of these tests in a local AWS of its own, deployed by cdktf. */
export class Deployment {
  readonly folder: string;
  readonly aws: LocalAws;
  readonly env: Environment;
  private readonly stacks: string;
  readonly network = "recovery-test-eu-west-1-network";
  readonly data = "recovery-test-eu-west-1-data";

  /** `stacks`: which of both it is about. */
  static async start(inputs: Environment = {}, stacks = "recovery-test-*"): Promise<Deployment> {
    const folder = mkdtempSync(join(tmpdir(), "mainstay-recovery-"));
    mkdirSync(join(folder, "terraform-state/local"), { recursive: true });
    return new Deployment(folder, await startLocalAws({ directory: folder, ministack: [] }), inputs, stacks);
  }

  private constructor(folder: string, aws: LocalAws, inputs: Environment, stacks: string) {
    this.folder = folder;
    this.stacks = stacks;
    this.aws = aws;
    this.env = {
      ...terraformEnvOn(aws),
      CDKTF_OUTPUT: this.output,
      CHECKPOINT_DISABLE: "1",
      // WHY: Terraform writes its state after 20 s even in the middle; on a busy machine what is killed would have lost less than it is to.
      TF_STATE_PERSIST_INTERVAL: "3600",
      ...inputs,
    };
  }

  get output(): string {
    return join(this.folder, "cdktf.out");
  }

  directoryOf(stack: string): string {
    return join(this.output, "stacks", stack);
  }

  /** `cdktf deploy` or `destroy`, of all stacks, to its end or until `moment` stops it. */
  async cdktf(command: "deploy" | "destroy", moment?: Moment, inputs: Environment = {}): Promise<Ended> {
    const options = ["--auto-approve", "--skip-provider-lock", "--output", this.output];
    // WHY always both: cdktf destroys nothing that another stack reads.
    const stacks = command === "deploy" ? this.stacks : "recovery-test-*";
    const args = [command, stacks, ...options, "--app", `node --no-experimental-detect-module ${app}`];
    let seen = 0;
    let meanwhile: Promise<unknown> = Promise.resolve();
    const ended = await this.#run(join(root, "node_modules/.bin/cdktf"), args, inputs, (line, pid) => {
      if (moment === undefined || !moment.pattern.test(line)) return;
      seen += 1;
      if (seen !== moment.count) return;
      if (typeof moment.how === "string") stop(pid, moment.how);
      else meanwhile = inTheMiddle(pid, moment.how);
    });
    await meanwhile;
    // WHY: what was stopped is not always the last to end.
    await quiet(this.folder);
    return ended;
  }

  /** The documented command. */
  async recover(...options: readonly string[]): Promise<Recovery> {
    const main = join(import.meta.dirname, "../main.ts");
    const ended = await this.#run("node", [main, this.stacks, "--json", ...options], {}, () => {});
    const json = ended.text.slice(ended.text.indexOf("\n[") + 1);
    return { ...ended, stacks: json.startsWith("[") ? JSON.parse(json) : [] };
  }

  /** What AWS has with the tags of this deployment. */
  async tagged(): Promise<string[]> {
    const words = ["resourcegroupstaggingapi", "get-resources", "--tag-filters", "Key=Application,Values=recovery"];
    const { ResourceTagMappingList: found } = (await this.ask(...words)) as {
      readonly ResourceTagMappingList: readonly { readonly ResourceARN: string }[];
    };
    return found.map(({ ResourceARN }) => ResourceARN);
  }

  /** Stacks for which recovery still finds something: a lock, what is there twice, what is unfinished or was never made. */
  async unsettled(): Promise<Recovered[]> {
    const { stacks } = await this.recover();
    return stacks.filter(
      ({ state, lock, adopted, left, kept, replaced, strangers, toCreate }) =>
        state !== "ready" || lock || toCreate + [adopted, left, kept, replaced, strangers].flat().length > 0,
    );
  }

  /** What a plan of each stack would change. Empty: nothing. */
  async drift(): Promise<string> {
    const plans = [];
    const both = [this.network, this.data];
    for (const stack of this.stacks.endsWith("*") ? both : [this.stacks]) {
      const { code, stdout, stderr } = await this.terraform(stack, "plan", "-detailed-exitcode", "-no-color");
      plans.push(code === 0 ? "" : `${stack}: ${stdout}${stderr}`);
    }
    return plans.join("");
  }

  terraform(stack: string, ...args: readonly string[]) {
    return terraform(this.directoryOf(stack), args, this.env);
  }

  /** Asks the local AWS; the AWS CLI's words after `aws`. */
  async ask(...words: readonly string[]): Promise<unknown> {
    return await awsCli(this.aws, words, "eu-west-1");
  }

  /** The bucket that the states are in, when `RECOVERY_BUCKET` says so. */
  async createBucket(bucket: string): Promise<void> {
    await makeStateBucket(this.aws, { region: "eu-west-1", state: s3State(bucket) });
  }

  async deleteBucket(bucket: string): Promise<void> {
    await removeStateBucket(this.aws, { region: "eu-west-1", state: s3State(bucket) });
  }

  /** What is in AWS and should not be, in words. */
  async leftovers(): Promise<string> {
    return describeLeftovers({ ...(await this.aws.leftovers()), retained: [] });
  }

  async stop(): Promise<void> {
    await this.aws.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #run(
    program: string,
    args: readonly string[],
    inputs: Environment,
    line: (text: string, pid: number) => void,
  ): Promise<Ended> {
    return new Promise((finish, fail) => {
      const child = spawn(program, args, {
        cwd: root,
        env: { ...process.env, ...this.env, ...inputs },
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
      });
      const said: string[] = [];
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream }).on("line", (text) => {
          said.push(stripVTControlCharacters(text));
          line(said.at(-1) ?? "", child.pid ?? 0);
        });
      }
      child.on("error", fail);
      child.on("close", (code) => finish({ code, text: `\n${said.join("\n")}` }));
    });
  }
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
}

function processes(): Process[] {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid=,comm="], { encoding: "utf8" });
  return table.split("\n").flatMap((line) => {
    const [, pid, parent, name = ""] = /^\s*(\d+)\s+(\d+)\s+(.+?)\s*$/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), name: name.split("/").at(-1) ?? "" }];
  });
}

function below(all: readonly Process[], ancestor: number): Process[] {
  return all.filter(({ parent }) => parent === ancestor).flatMap((child) => [child, ...below(all, child.pid)]);
}

/** WHY it is held up: else, what takes long on a busy machine would find a deployment that has ended. */
async function inTheMiddle(cdktf: number, act: () => Promise<unknown>): Promise<void> {
  const held = below(processes(), cdktf).filter(({ name }) => name.startsWith("terraform"));
  for (const { pid } of held) kill(pid, "SIGSTOP");
  try {
    await act();
  } finally {
    for (const { pid } of held) kill(pid, "SIGCONT");
  }
}

function stop(cdktf: number, how: Extract<Event, string>): void {
  const terraforms = below(processes(), cdktf);
  switch (how) {
    case "kill":
      for (const pid of [...terraforms.map((one) => one.pid), cdktf]) kill(pid, "SIGKILL");
      return;
    case "interrupt":
      for (const { pid, name } of terraforms) if (name === "terraform") kill(pid, "SIGINT");
      return;
    case "close the terminal":
      // Terraform is on a terminal that cdktf made, which goes with it.
      kill(cdktf, "SIGKILL");
      return;
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Waits until no Terraform works in `folder` any more. */
async function quiet(folder: string): Promise<void> {
  // WHY also those of which nobody knows where: of a process that is dying nothing can be read, and it may still hold its lock.
  const isIn = (directory: string) => directory === "" || directory.startsWith(folder);
  const works = () =>
    processes().some(
      ({ pid, name }) => name.startsWith("terraform") && !name.includes("<defunct>") && isIn(directoryOf(pid)),
    );
  while (works()) await sleep(100);
}

function directoryOf(pid: number): string {
  try {
    return execFileSync("readlink", [`/proc/${pid}/cwd`], { encoding: "utf8" }).trim();
  } catch {
    return "";
  }
}
