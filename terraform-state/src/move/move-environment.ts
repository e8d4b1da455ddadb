import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Place } from "../account.ts";
import { Bucket } from "../states/bucket.ts";
import { type Move, move } from "../states/move.ts";
import { StateError } from "../states/state-file.ts";
import type { Whereabouts } from "../states/whereabouts.ts";

interface Manifest {
  readonly stacks: Readonly<Record<string, { readonly workingDirectory: string }>>;
}

interface S3Backend {
  readonly bucket: string;
  readonly key: string;
  readonly region: Place["region"];
}

const words: Readonly<Record<Whereabouts["is"], string>> = {
  here: "moved",
  moved: "was moved already; its copy here is put away",
  there: "is there already",
  nowhere: "is not deployed: nothing to move",
  both: "",
};

/**
 * Moves every state of an environment from this machine to the bucket that its stacks name now.
 *
 * @param output what `npm run synth` wrote.
 * @throws StateError at the first stack that cannot be moved. Those before it are moved; run it again.
 */
export async function moveEnvironment(environment: string, output: string, say: (line: string) => void): Promise<void> {
  for (const [stack, directory] of stacksOf(environment, output)) {
    const backend = backendOf(stack, directory, environment);
    const bucket = new Bucket({ kind: "s3", bucket: backend.bucket, region: backend.region });
    const file = resolve(directory, `../../../terraform-state/local/${stack}.tfstate`);
    const one: Move = { file, key: backend.key, directory };
    try {
      if (!(await bucket.exists()))
        throw new StateError(`There is no bucket ${backend.bucket}. Make it: npm run bootstrap`);
      say(`${stack}: ${words[await move(one, bucket)]}`);
    } finally {
      bucket.close();
    }
  }
}

function stacksOf(environment: string, output: string): (readonly [stack: string, directory: string])[] {
  const file = join(output, "manifest.json");
  if (!existsSync(file)) throw new StateError(`There is no ${file}. Write the stacks first: npm run synth`);
  const { stacks }: Manifest = JSON.parse(readFileSync(file, "utf8"));
  const own = Object.entries(stacks).filter(([stack]) => stack.startsWith(`${environment}-`));
  if (own.length > 0) return own.map(([stack, { workingDirectory }]) => [stack, join(output, workingDirectory)]);
  throw new StateError(`No stack belongs to ${environment}. There are: ${Object.keys(stacks).join(", ")}.`);
}

function backendOf(stack: string, directory: string, environment: string): S3Backend {
  const { terraform } = JSON.parse(readFileSync(join(directory, "cdk.tf.json"), "utf8"));
  const s3: S3Backend | undefined = terraform?.backend?.s3;
  if (s3 !== undefined) return s3;
  throw new StateError(
    `${stack} keeps its state on this machine. Change the line in the file of ${environment}, from localState to s3State("bucket", { region }), then npm run synth.`,
  );
}
