import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { plain, readSynthesis, type Synthesis } from "@mainstay/reliability";
import { Problem, together } from "../problem.ts";
import type { Terminal } from "../terminal.ts";
import { parseJson } from "./parse.ts";
import { bytesOf } from "./read-file.ts";

const howTo = "It is what cdktf synth writes: cdktf.out/stacks/<stack>/cdk.tf.json";

/** The stacks in some files and folders, all problems said at once. Files of one folder are one stack, as for Terraform. */
export async function readStacks(words: readonly string[], terminal: Terminal): Promise<Synthesis[]> {
  const problems: Problem[] = [];
  const attempt = async <T>(work: () => T | Promise<T>): Promise<T[]> => {
    try {
      return [await work()];
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problems.push(error);
      return [];
    }
  };
  const files: string[] = [];
  for (const word of words) files.push(...(await attempt(() => filesIn(word, terminal.cwd))).flat());
  const folders = Map.groupBy(new Set(files), (file) => dirname(resolve(terminal.cwd, file)));
  const stacks: Synthesis[] = [];
  for (const [folder, own] of folders) {
    const codes: unknown[] = [];
    for (const file of own) codes.push(...(await attempt(async () => codeOf(file, terminal))));
    stacks.push(named(codes, basename(folder)));
  }
  if (problems.length > 0) throw together(problems);
  return stacks;
}

function named(codes: readonly unknown[], folder: string): Synthesis {
  const names = codes.map((code) => readSynthesis(code).stack);
  return readSynthesis(codes, names.find((name) => name !== "") ?? folder);
}

/** A file itself; of a folder its stacks', where cdktf has written it, or its own. */
function filesIn(word: string, cwd: string): string[] {
  if (word !== "-" && !existsSync(resolve(cwd, word)))
    throw new Problem(`${plain(word)}: There is no such file or folder. Make it: cdktf synth`);
  if (!isFolder(resolve(cwd, word))) return [word];
  const stacks = join(word, "stacks");
  if (!isFolder(resolve(cwd, stacks))) return codeIn(word, cwd);
  const folders = readdirSync(resolve(cwd, stacks)).toSorted();
  const found = folders.map((name) => join(stacks, name)).filter((folder) => isFolder(resolve(cwd, folder)));
  if (found.length === 0) throw new Problem(`${plain(word)}: It has no stacks. Make them: cdktf synth`);
  return found.flatMap((folder) => codeIn(folder, cwd));
}

function codeIn(folder: string, cwd: string): string[] {
  const names = readdirSync(resolve(cwd, folder)).toSorted();
  // WHY refused: what it uses would be called unused.
  const other = names.find((name) => name.endsWith(".tf"));
  if (other !== undefined)
    throw new Problem(
      `${plain(join(folder, other))}: This is HCL, and only Terraform in JSON is read; without it, what it uses would seem unused. ${howTo}`,
    );
  const found = names.filter((name) => name.endsWith(".tf.json")).map((name) => join(folder, name));
  if (found.length === 0) throw new Problem(`${plain(folder)}: There is no Terraform in JSON. ${howTo}`);
  return found;
}

async function codeOf(file: string, terminal: Terminal): Promise<unknown> {
  const name = plain(file);
  const json = parseJson(name, await bytesOf(file, terminal), howTo);
  if (typeof json === "object" && json !== null && !Array.isArray(json)) {
    if (sections.some((section) => Object.hasOwn(json, section))) return json;
    if (Object.hasOwn(json, "format_version"))
      throw new Problem(`${name}: This is what terraform show -json prints. Of a plan: mainstay review ${name}`);
  }
  throw new Problem(`${name}: This is JSON, but no Terraform code. ${howTo}`);
}

const sections = ["resource", "data", "terraform", "provider", "module", "locals", "output", "variable"];

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
