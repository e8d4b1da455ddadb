import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "../places.ts";
import { imageVariables } from "../plans/plan-environment.ts";
import { type Stack, stacksOf } from "../plans/stacks.ts";
import { init, type Variables } from "../plans/terraform.ts";
import { Problem } from "../problem.ts";

export interface DeployOptions {
  readonly environment: string;
  /** What `npm run synth` wrote. */
  readonly output: string;
  /** Digests of images by name. @default what is deployed */
  readonly images?: Readonly<Record<string, string>>;
  /** Told which stacks may be touched, beforehand; none where that was refused. */
  readonly applies: (stacks: readonly string[]) => void;
  readonly say: (line: string) => void;
}

/**
 * Deploys an environment as `npm run deploy` does: looked at beforehand for what would be lost, then `cdktf deploy`, which takes each stack
 * after those that it reads. Nobody approves: it is for development.
 *
 * A stack whose image was never built is left out, with those that read it.
 *
 * @throws Problem where it was refused or has failed.
 */
export async function deployEnvironment({
  environment,
  output,
  images = {},
  applies,
  say,
}: DeployOptions): Promise<void> {
  const chosen: Stack[] = [];
  const variables: Record<string, string> = {};
  for (const stack of stacksOf(environment, output)) {
    const given = await variablesOf(stack, images);
    const why = whyNot(stack, given, chosen, environment);
    if (why !== undefined) say(`${stack.name}: waiting: ${why}`);
    else {
      chosen.push(stack);
      Object.assign(variables, given);
    }
  }
  if (chosen.length === 0) throw new Problem(`No stack of ${environment} can be deployed.`);
  const names = chosen.map(({ name }) => name);
  // WHY beforehand: a step that is cut off for its time tells nothing any more.
  applies(names);
  const code = await npmRunDeploy(["--skip-synth", "--auto-approve", ...names], output, variables);
  if (code === refused) {
    applies([]);
    throw new Problem(`Nothing was deployed of ${environment}: see above what would be lost.`);
  }
  if (code !== 0) throw new Problem(`cdktf deploy of ${environment} ended with ${code}: see above.`);
}

async function variablesOf(stack: Stack, images: Readonly<Record<string, string>>): Promise<Variables> {
  if (Object.keys(stack.images).length === 0) return {};
  await init(stack.directory);
  return await imageVariables(stack, images);
}

function whyNot(stack: Stack, given: Variables, chosen: readonly Stack[], environment: string): string | undefined {
  const lacking = Object.values(stack.images).filter((name) => given[name] === undefined);
  if (lacking.length > 0) return `no image was given for ${lacking.join(", ")}`;
  const absent = stack.reads.filter(
    (name) => name.startsWith(`${environment}-`) && !chosen.some((one) => one.name === name),
  );
  return absent.length > 0 ? `it reads ${absent.join(", ")}` : undefined;
}

/** What `npm run deploy` ends with where it did not begin. */
const refused = 3;

/** WHY not `npm`: what it prints and how it ends would have npm's words around it. */
function npmRunDeploy(words: readonly string[], output: string, variables: Variables): Promise<number> {
  const given = Object.entries(variables).map(([name, value]) => [`TF_VAR_${name}`, value]);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, "setup/src/main.mjs"), "deploy", ...words], {
      env: { ...process.env, CDKTF_OUTPUT: output, ...Object.fromEntries(given) },
      stdio: ["ignore", "inherit", "inherit"],
    });
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}
