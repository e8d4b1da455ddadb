import type { Answer } from "@mainstay/emulator";
import type { Deployed } from "./stacks.ts";

/** What `npm start` found, for the last screen. */
export interface Outcome {
  readonly environment: string;
  readonly stacks: readonly Deployed[];
  readonly answers: readonly Answer[];
  /** Every one of `answers`, a line each. */
  readonly reportFile: string;
  /** Seconds. */
  readonly deployed: number;
  /** Seconds. */
  readonly planned: number;
  readonly endpoint: string;
  /** What to `source`, as it is typed from the repository. */
  readonly shellFile: string;
  readonly idleMinutes: number;
}

/** The last screen of `npm start`: what is there, how to look around, how to be rid of it. */
export function summary(outcome: Outcome): string {
  const { environment, stacks, answers, reportFile, deployed, planned, endpoint, shellFile, idleMinutes } = outcome;
  const total = stacks.reduce((sum, { resources }) => sum + resources, 0);
  const name = Math.max(...stacks.map(({ stack }) => stack.length));
  return [
    `${environment} stands on the local AWS: ${total} resources, deployed in ${round(deployed)} s,`,
    `planned again in ${round(planned)} s with no change.`,
    "",
    ...stacks.flatMap(({ stack, resources, outputs }) => [
      `  ${stack.padEnd(name)}  ${String(resources).padStart(3)} resources`,
      ...Object.entries(outputs).map(([key, value]) => `      ${key} = ${readable(value)}`),
    ]),
    "",
    `Answered by: ${who(answers)}; which by whom: ${reportFile}`,
    "",
    `Look around (the local AWS answers at ${endpoint}):`,
    `  source ${shellFile}`,
    `  aws ecs describe-services --cluster ${environment}-cluster --services ${environment}-api`,
    "  aws ec2 describe-subnets --output table --query 'Subnets[].[Tags[?Key==`Name`]|[0].Value,CidrBlock]'",
    `  cdktf diff ${stacks.at(-1)?.stack} --skip-provider-lock`,
    "",
    "The API itself, with 10,000 made-up patients, on this machine:  npm run api",
    "Change apps/infra/src/environments/clinic-dev.ts and run npm start again to see the change deployed.",
    `Destroy everything and stop:  npm stop   (it also stops by itself after ${idleMinutes} idle minutes)`,
  ].join("\n");
}

function who(answers: readonly Answer[]): string {
  const kinds = [...new Set(answers.map(({ by }) => by))].toSorted();
  return kinds.map((kind) => `${kind} (${answers.filter(({ by }) => by === kind).length} resource types)`).join(", ");
}

function readable(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function round(seconds: number): string {
  return String(Math.round(seconds));
}
