import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LastRun } from "./files.ts";

const marks = { from: "<!-- lab: written by apps/lab/src/write-readme.ts -->", to: "<!-- end of lab -->" };
const lab = join(import.meta.dirname, "../..");

/** Where the last run is shown. */
const readmes = [join(lab, "README.md"), join(lab, "../api/README.md")];

/** Puts a run into every README that shows it, and its picture where they find it. Returns the paths. */
export function showRun({ markdown, picture }: LastRun): string[] {
  const path = join(lab, "pictures/timeline.svg");
  const texts = readmes.map((readme) => ({ readme, text: between(readFileSync(readme, "utf8"), markdown) }));
  for (const { readme, text } of texts) writeFileSync(readme, text);
  writeFileSync(path, picture);
  return [...readmes, path];
}

/**
 * The same text with something else between the marks.
 *
 * @throws when it has not both of them once, in this order
 */
export function between(text: string, content: string): string {
  const [before, inner = "", ...more] = text.split(marks.from);
  const [, after, ...rest] = inner.split(marks.to);
  if (before === undefined || after === undefined || more.length > 0 || rest.length > 0) {
    throw new Error(`a README needs, once: ${marks.from} and ${marks.to}`);
  }
  return `${before}${marks.from}\n\n${content}\n\n${marks.to}${after}`;
}
