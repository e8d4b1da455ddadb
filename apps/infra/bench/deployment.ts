import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { startLocalAws } from "@mainstay/emulator";
import { graphOf, readSynthesis } from "@mainstay/reliability";
import { loadEnvironments } from "../src/environments/load.ts";
import { cdktf } from "../src/rehearsal/cdktf.ts";
import { type Chain, longestChain } from "../src/rehearsal/chain.ts";
import { environmentFor } from "../src/rehearsal/local-run.ts";
import { Place } from "../src/rehearsal/place.ts";
import { Output } from "../src/rehearsal/progress.ts";
import { synthesizedStacks } from "../src/rehearsal/stacks.ts";
import { makeStateBucket, type StateProps } from "../src/rehearsal/state-bucket.ts";

/** How long one deployment took, and how long it had to. */
export interface Deployment {
  readonly environment: string;
  readonly resources: number;
  /** From the command to its end: cdktf, synthesis, `terraform init`, planning, and everything that waits. */
  readonly wallSeconds: number;
  /** Where a stack begins when those that it reads are done, as Terraform needs it: the outputs are in their states. */
  readonly stackByStack: Chain;
  /** Where each resource could begin when those that it reads are done, whatever stack they are in: no tool reaches it. */
  readonly byReference: Chain;
}

/** Deploys `environment` with cdktf and Terraform on a local AWS of its own, and measures every resource's wait. */
export async function measureDeployment(environment: string): Promise<Deployment> {
  const environments = await loadEnvironments();
  const chosen = environments.find(({ id }) => id === environment);
  if (chosen === undefined)
    throw new Error(`There is ${environments.map(({ id }) => id).join(", ")}, and no ${environment}.`);
  const place = new Place(mkdtempSync(join(tmpdir(), "mainstay-bench-")));
  place.forget();
  const aws = await startLocalAws({ directory: place.folder });
  try {
    await makeStateBucket(aws, chosen.props as StateProps);
    const output = new Output();
    const begun = new Map<string, number>();
    const seconds = new Map<string, number>();
    const began = performance.now();
    await cdktf("deploy", [`${environment}-*`], {
      place,
      env: environmentFor(aws, place),
      line: (text) => {
        const step = output.read(text);
        if (step === undefined) return;
        const id = `${step.stack}/${step.address.replaceAll(/\[[^\]]*\]/g, "")}`;
        const now = performance.now() / 1000;
        if (step.phase === "begun") begun.set(id, now);
        else seconds.set(id, Math.max(seconds.get(id) ?? 0, now - (begun.get(id) ?? now)));
      },
    });
    const wallSeconds = (performance.now() - began) / 1000;
    const deployment = { environment, resources: seconds.size, wallSeconds, ...chains(place, environment, seconds) };
    print(deployment);
    return deployment;
  } finally {
    await aws.stop();
    rmSync(place.folder, { recursive: true, force: true });
  }
}

function chains(place: Place, environment: string, seconds: ReadonlyMap<string, number>) {
  const stacks = synthesizedStacks(place, environment);
  const graph = graphOf(
    stacks.map((stack) => readSynthesis(read(join(place.directoryOf(stack), "cdk.tf.json")), stack)),
  );
  const { stacks: known } = read(join(place.output, "manifest.json"));
  const reads = (id: string) => {
    const node = graph.nodes.get(id);
    return node === undefined ? [] : graph.readsOf(node).map(({ to }) => to.id);
  };
  const stackOf = (id: string) => id.slice(0, id.indexOf("/"));
  const before = (stack: string): string[] => known[stack]?.dependencies ?? [];
  return {
    byReference: longestChain(seconds, reads),
    stackByStack: longestChain(seconds, (id) => [
      ...reads(id).filter((other) => stackOf(other) === stackOf(id)),
      ...[...seconds.keys()].filter((other) => before(stackOf(id)).includes(stackOf(other))),
    ]),
  };
}

function print({ environment, resources, wallSeconds, stackByStack, byReference }: Deployment): void {
  const against = (chain: Chain) =>
    `${chain.seconds.toFixed(0)} s, wall time is ${(wallSeconds / chain.seconds).toFixed(2)} of it`;
  console.log(`deployment of ${environment}: ${resources} resources in ${wallSeconds.toFixed(0)} s`);
  console.log(`  longest chain of provider waits, stack after stack: ${against(stackByStack)}`);
  for (const { id, seconds } of stackByStack.parts.filter((part) => part.seconds >= 2)) {
    console.log(`    ${seconds.toFixed(0).padStart(4)} s  ${id}`);
  }
  console.log(`  by references alone, as if all were one stack: ${against(byReference)}`);
}

// biome-ignore lint/suspicious/noExplicitAny: cdktf's manifest and Terraform's JSON, which readSynthesis takes as it is.
function read(file: string): any {
  return JSON.parse(readFileSync(file, "utf8"));
}
