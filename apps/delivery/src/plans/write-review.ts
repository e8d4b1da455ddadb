import { writeFileSync } from "node:fs";
import { type PlanToReview, review, toJson, toMarkdown, toSarif } from "@mainstay/reliability";
import { pageLimit } from "../github/pages.ts";
import { sourceOf } from "../places.ts";
import { files, lockText } from "./files.ts";

export interface ReviewOptions {
  readonly environment: string;
  /** Where it is written. */
  readonly folder: string;
  readonly commit: string;
  /** Key of the digests. @default none */
  readonly key?: string;
}

/**
 * Reviews all plans together, since each digest is over the providers of all of them, and writes that for people and for programs.
 *
 * @returns digests by stack, of the plans that can be applied.
 */
export function writeReview(
  plans: readonly PlanToReview[],
  { environment, folder, commit, key }: ReviewOptions,
): Map<string, string> {
  const lockFile = lockText(
    folder,
    plans.map(({ stack }) => stack),
  );
  const result = review(plans, { commit, lockFile, ...(key !== undefined && { key }) });
  for (const [index, page] of toMarkdown(result, { limit: pageLimit }).entries()) {
    writeFileSync(files.page(folder, index + 1), page);
  }
  writeFileSync(files.review(folder), toJson(result));
  const source = sourceOf(environment);
  const sources = Object.fromEntries(plans.map(({ stack }) => [stack, source] as const));
  writeFileSync(files.sarif(folder), toSarif(result, { files: sources }));
  return new Map(result.stacks.flatMap(({ stack, reviewed, digest }) => (reviewed ? [[stack, digest.digest]] : [])));
}
