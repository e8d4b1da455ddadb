import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../places.ts";

/** A command that a page tells people to type. */
export interface Typed {
  /** `docs/operations/rollback.md`. */
  readonly page: string;
  readonly text: string;
  /** As a shell would have them. */
  readonly words: readonly string[];
}

/** The pages for the night, and what begins with them. */
export const pages = [
  "README.md",
  ...readdirSync(join(root, "docs/operations")).map((name) => `docs/operations/${name}`),
];

/** Every command in the blocks of a page, and in its text where it begins with `npm run`. */
export function typedIn(page: string): Typed[] {
  const text = readFileSync(join(root, page), "utf8");
  const blocks = [...text.matchAll(/^( *)```sh\n(.*?)^ *```$/gms)].map(([, , block = ""]) => block);
  const lines = blocks.flatMap((block) => block.replaceAll(/\\\n\s*/g, " ").split("\n"));
  const inline = [...text.matchAll(/`(npm run [^`\n]+)`/g)].map(([, command = ""]) => command);
  return [...lines, ...inline]
    .flatMap((line) => line.replace(/\s#\s.*$|\s{2,}#.*$/, "").split(/\s(?:&&|\|)\s/))
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => ({ page, text: line, words: wordsOf(line) }));
}

function wordsOf(line: string): string[] {
  const found = line.match(/(?:[^\s'"]|'[^']*'|"(?:[^"\\]|\\.)*")+/g) ?? [];
  return found.map((word) => word.replaceAll(/^['"]|['"]$/g, ""));
}
