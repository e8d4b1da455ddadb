import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import shell from "@bomb.sh/tab";
import tab from "@bomb.sh/tab/commander";
import type { Command } from "commander";

type Complete = (value: string, description: string) => void;

/** Adds `complete`, by which a shell asks what may come next. WHY files by ourselves: the library keeps the shell from completing them. */
export function addCompletion(program: Command, words: readonly string[], cwd: string): void {
  tab(program);
  const word = words.at(-1) ?? "";
  const files = (pattern: RegExp) => (complete: Complete) => {
    for (const file of filesLike(word, cwd, pattern)) complete(file, "");
  };
  const json = files(/\.json$/);
  shell.commands.get("review")?.argument("plans", json, true);
  shell.commands.get("audit")?.argument("paths", json, true);
  shell.commands.get("verify")?.argument("plan", json);
  shell.commands.get("verify")?.option("review", "the review in JSON", json);
  for (const name of ["review", "verify"])
    shell.commands.get(name)?.option("lock-file", "the .terraform.lock.hcl with which it was made", files(/\.hcl$/));
}

/** Folders, and files whose name fits, that begin with what was written so far. */
function filesLike(word: string, cwd: string, pattern: RegExp): string[] {
  const folder = word.slice(0, word.lastIndexOf("/") + 1);
  const begun = word.slice(folder.length);
  try {
    return readdirSync(resolve(cwd, folder === "" ? "." : folder), { withFileTypes: true })
      .filter(({ name }) => name.startsWith(begun) && (begun !== "" || !name.startsWith(".") || pattern.test(name)))
      .filter((entry) => entry.isDirectory() || pattern.test(entry.name))
      .map((entry) => `${folder}${entry.name}${entry.isDirectory() ? "/" : ""}`);
  } catch {
    // No such folder: nothing to complete.
    return [];
  }
}
