import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import type { Environment } from "./environment.ts";
import { repositoryRoot } from "./root.ts";

/** The AWS provider as a process that serves one Terraform after the other, and several at once. */
export interface SharedProvider {
  /** Has {@link terraform} take it, instead of Terraform starting one. */
  readonly env: Environment;
  readonly stop: () => Promise<void>;
}

/** Of the light provider, which set-up makes where it finds the AWS provider unpacked. */
const folder = join(repositoryRoot, ".mainstay/light-provider");

/** Without these the provider does not start: it is no program for people. The cookie is that of every Terraform plugin (terraform-plugin-go, tf5server). */
const handshake = {
  TF_PLUGIN_MAGIC_COOKIE: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
  PLUGIN_PROTOCOL_VERSIONS: "5",
};

/** Says where the shared provider is to be asked, and for which AWS it is. What Terraform itself is told depends on the directory that it works in. */
const variable = "MAINSTAY_SHARED_PROVIDER";

interface Sharing {
  /** The folder of its sockets. */
  readonly place: string;
  readonly aws: string;
}

/** What a provider learns of its AWS by variables. */
function awsOf(env: Environment): string {
  return JSON.stringify(
    Object.entries(env)
      .filter(([name, value]) => name.startsWith("AWS_") && value !== undefined)
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}

/**
 * Starts it (docs/decisions/0011-shared-provider.md); it ends with this process, however that ends.
 *
 * @param env for the provider: where its AWS is, and as whom.
 * @returns undefined where set-up found no unpacked provider: then Terraform starts its own, which takes longer.
 */
export async function shareProvider(env: Environment): Promise<SharedProvider | undefined> {
  if (!existsSync(join(folder, "program"))) return undefined;
  const program = readFileSync(join(folder, "program"), "utf8");
  const place = mkdtempSync(join(tmpdir(), "shared-provider-"));
  const script = join(repositoryRoot, "setup/src/light-provider/shared.mjs");
  const child = spawn(process.execPath, ["--no-warnings", script, program, folder, place], {
    // WHY GOGC: without collecting garbage, as a Terraform of a few seconds has it, each would grow to a gigabyte.
    env: { ...process.env, ...env, ...handshake, GOGC: "100" },
    // WHY a pipe as standard input: the kernel closes it however this process dies.
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  await new Promise<void>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the shared provider ended with ${code} before it answered`)));
    createInterface({ input: child.stdout }).once("line", () => resolve());
  });
  leaveAlone(child);
  return {
    env: { [variable]: JSON.stringify({ place, aws: awsOf(env) } satisfies Sharing) },
    stop: async () => {
      child.ref();
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/**
 * `env` with what Terraform has to know when it is to work in `directory` with the shared provider that `env` names. The same where it
 * names none, or has another AWS for this run, be it only for one service: then Terraform starts a provider of its own.
 */
export async function withSharedProvider(env: Environment, directory: string): Promise<Environment> {
  const said = env[variable];
  if (said === undefined) return env;
  const { place, aws }: Sharing = JSON.parse(said);
  if (aws !== awsOf(env)) return env;
  const desk = createConnection(join(place, "desk"));
  desk.write(`${directory}\n`);
  const socket = (await text(desk)).trim();
  const reattach = {
    "registry.terraform.io/hashicorp/aws": {
      Protocol: "grpc",
      ProtocolVersion: 5,
      Pid: process.pid,
      // Terraform is not to end it.
      Test: true,
      Addr: { Network: "unix", String: socket },
    },
  };
  return { ...env, TF_REATTACH_PROVIDERS: JSON.stringify(reattach) };
}

/** WHY: a caller who forgets to stop it must still be able to exit. */
function leaveAlone(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout]) (stream as { unref?: () => void } | null)?.unref?.();
}
