import { existsSync, readFileSync } from "node:fs";
import { readState, type State, type Synthesis } from "@mainstay/reliability";
import type { Place } from "../rehearsal/place.ts";

/**
 * What is deployed of `stacks` on the local AWS at `endpoint`; a stack that was never deployed has no state.
 *
 * WHY without Terraform: it would be started for each of a dozen stacks, at each change.
 */
export async function statesOf(stacks: readonly Synthesis[], place: Place, endpoint: string): Promise<State[]> {
  const states = stacks.map(async ({ stack, backend }) => {
    const text = backend?.kind === "s3" ? await inBucket(endpoint, backend.config) : inFile(place.stateOf(stack));
    return text === undefined ? [] : [readState(JSON.parse(text), stack)];
  });
  return (await Promise.all(states)).flat();
}

function inFile(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

async function inBucket(endpoint: string, { bucket, key }: Readonly<Record<string, unknown>>) {
  // The local AWS asks for a signature, and looks at none.
  const headers = { authorization: "AWS local-aws:none" };
  const answer = await fetch(`${endpoint}/${String(bucket)}/${String(key)}`, { headers });
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new Error(`The state ${String(key)} cannot be read: ${answer.status}.`);
  return await answer.text();
}
