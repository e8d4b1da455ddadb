import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shown } from "../plans/plan-environment.ts";
import { type Stack, stacksOf } from "../plans/stacks.ts";
import { init, must, pullState, run, type Variables } from "../plans/terraform.ts";
import { Problem } from "../problem.ts";
import { addressesOfServices, type DeployedService, deployedDigests, deployedServices } from "./deployed.ts";
import { besideImages } from "./only-images.ts";
import { waitUntilRunning } from "./running.ts";

type Digests = Readonly<Record<string, string>>;

const withImages = (environment: string, output: string): Stack[] =>
  stacksOf(environment, output).filter(({ images }) => Object.keys(images).length > 0);

/** Digests by image of what an environment has deployed, read from its states. */
export async function deployedImages(environment: string, output: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { directory, images } of withImages(environment, output)) {
    await init(directory);
    Object.assign(found, deployedDigests(await pullState(directory), Object.keys(images)));
  }
  return found;
}

/** The services of an environment that are deployed, read from its states. */
export async function servicesOf(environment: string, output: string): Promise<DeployedService[]> {
  const services: DeployedService[] = [];
  for (const { directory } of withImages(environment, output)) {
    await init(directory);
    services.push(...deployedServices(await pullState(directory)));
  }
  return services;
}

/**
 * Whether everything runs that was deployed last.
 *
 * @param images digests that were handed over and must be what runs. @param patience seconds.
 */
export async function allRun(
  environment: string,
  output: string,
  images: Digests,
  patience: number,
  say: (line: string) => void,
): Promise<boolean> {
  return await waitUntilRunning(await servicesOf(environment, output), images, patience, say);
}

export interface PutBackOptions {
  readonly environment: string;
  readonly output: string;
  /** Digests by image that ran before. */
  readonly before: Digests;
  /** Stacks that a deployment has touched; others are left alone. @default all that have an image */
  readonly applied?: readonly string[];
  readonly say: (line: string) => void;
}

/**
 * Deploys images that ran before, and nothing else: all is planned first, services and their task definitions alone, and where one of
 * those plans has more in it than digests, nothing is applied. The rest stays as it is: a deployment that failed because of something
 * else is not mended by this.
 *
 * @throws Problem where one of them was never deployed, or something else would change.
 */
export async function putBack({ environment, output, before, applied, say }: PutBackOptions): Promise<void> {
  const stacks = withImages(environment, output).filter(({ name }) => applied?.includes(name) ?? true);
  if (stacks.length === 0) say("No stack that was deployed has an image: there is nothing to put back.");
  const folder = mkdtempSync(join(tmpdir(), "mainstay-put-back-"));
  try {
    const changing: Stack[] = [];
    const refusals: string[] = [];
    for (const stack of stacks) {
      const file = join(folder, stack.name);
      if (!(await planned(stack, file, before))) {
        say(`${stack.name}: it has those images already`);
        continue;
      }
      changing.push(stack);
      const beside = besideImages(await shown(stack.directory, file), Object.keys(stack.images));
      refusals.push(...beside.map((why) => `${stack.name}: ${why}`));
    }
    if (refusals.length > 0) {
      throw new Problem(
        `Nothing was put back: more than the image would change, and nobody has approved that.\n${refusals.map((why) => `  ${why}\n`).join("")}Check out the commit that was deployed last, or deploy this by a plan that is approved.`,
      );
    }
    for (const { name, directory, images } of changing) {
      say(
        `${name}: putting back ${Object.keys(images)
          .map((image) => `${image} ${before[image]}`)
          .join(", ")}`,
      );
      must(name, await run(directory, ["apply", "-no-color", "-input=false", join(folder, name)]));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Plans the services of a stack with other images. @returns whether anything would change. */
async function planned({ name, directory, images }: Stack, file: string, before: Digests): Promise<boolean> {
  const lacking = Object.keys(images).filter((image) => before[image] === undefined);
  if (lacking.length > 0)
    throw new Problem(`${name}: nothing was deployed before of ${lacking.join(", ")}: there is nothing to put back.`);
  const variables: Variables = Object.fromEntries(
    Object.entries(images).map(([image, variable]) => [variable, before[image] ?? ""]),
  );
  await init(directory);
  const targets = addressesOfServices(await pullState(directory)).map((address) => `-target=${address}`);
  if (targets.length === 0) throw new Problem(`${name} has no service: there is nothing to put back.`);
  // WHY targets: a deployment that has failed half-way leaves other things to be done, which an old image must not wait for.
  const args = ["plan", "-no-color", "-input=false", "-detailed-exitcode", `-out=${file}`, ...targets];
  const result = await run(directory, args, variables);
  must(`${name}: terraform plan`, result.code === 2 ? { ...result, code: 0 } : result);
  return result.code === 2;
}
