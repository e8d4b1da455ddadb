import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Difference, differences } from "./differences.ts";

/** A difference, and in which kind of file it is: that of a stack, or the list of all stacks. */
export interface Found extends Difference {
  readonly file: "cdk.tf.json" | "manifest.json";
}

/** What differs between two outputs of the app, each kind of difference once. A stack that only one of them has differs as a whole. */
export function outputDifferences(here: string, there: string): Found[] {
  const stacks = [...new Set([here, there].flatMap((output) => readdirSync(join(output, "stacks"))))];
  const ofStacks = stacks.flatMap((name) => compare(here, there, join("stacks", name, "cdk.tf.json")));
  const unique = [...new Map(ofStacks.map((difference) => [JSON.stringify(difference), difference])).values()];
  return [
    ...unique.map((difference) => ({ file: "cdk.tf.json" as const, ...difference })),
    ...compare(here, there, "manifest.json").map((difference) => ({ file: "manifest.json" as const, ...difference })),
  ];
}

function compare(here: string, there: string, file: string): Difference[] {
  return differences(read(join(here, file)), read(join(there, file)));
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}
