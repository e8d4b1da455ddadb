import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A digest that stands for the image of an application: it changes when, and only when, its sources do.
 *
 * The local AWS runs no containers and has no registry to push to; on a real account the digest is what the push answers.
 */
export function digestOfSources(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  const sum = createHash("sha256");
  for (const file of files) sum.update(file.slice(folder.length)).update("\0").update(readFileSync(file)).update("\0");
  return `sha256:${sum.digest("hex")}`;
}
