import { stacksOf } from "../plans/stacks.ts";
import { init, must, pullState, run } from "../plans/terraform.ts";
import { Problem } from "../problem.ts";
import { deployedDigests, deployedServices } from "./deployed.ts";
import { waitUntilRunning } from "./running.ts";

/** Digests by image of what an environment has deployed, read from its states. */
export async function deployedImages(environment: string, output: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { directory, images } of stacksOf(environment, output)) {
    const names = Object.keys(images);
    if (names.length === 0) continue;
    await init(directory);
    Object.assign(found, deployedDigests(await pullState(directory), names));
  }
  return found;
}

/** Whether everything runs that was deployed last. @param patience seconds. */
export async function allRun(
  environment: string,
  output: string,
  patience: number,
  say: (line: string) => void,
): Promise<boolean> {
  const services = [];
  for (const { directory, images } of stacksOf(environment, output)) {
    if (Object.keys(images).length === 0) continue;
    await init(directory);
    services.push(...deployedServices(await pullState(directory)));
  }
  return await waitUntilRunning(services, patience, say);
}

/**
 * Deploys images that ran before. The rest stays as the code says now: a deployment that failed because of something else is not mended
 * by this.
 *
 * @throws Problem where one of them was never deployed.
 */
export async function putBack(
  environment: string,
  output: string,
  before: Readonly<Record<string, string>>,
  say: (line: string) => void,
): Promise<void> {
  for (const { name, directory, images } of stacksOf(environment, output)) {
    const names = Object.keys(images);
    if (names.length === 0) continue;
    const lacking = names.filter((image) => before[image] === undefined);
    if (lacking.length > 0)
      throw new Problem(`${name}: nothing was deployed before of ${lacking.join(", ")}: there is nothing to put back.`);
    const variables = Object.fromEntries(names.map((image) => [images[image] ?? "", before[image] ?? ""]));
    say(`${name}: putting back ${names.map((image) => `${image} ${before[image]}`).join(", ")}`);
    await init(directory);
    must(name, await run(directory, ["apply", "-auto-approve", "-no-color", "-input=false"], variables));
  }
}
