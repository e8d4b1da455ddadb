import { appendFileSync } from "node:fs";

/** Gives later jobs a value, and says it. @see GitHub, "Setting an output parameter" */
export function tellJobs(name: string, value: string, env: NodeJS.ProcessEnv): void {
  console.log(`${name}=${value}`);
  if (env.GITHUB_OUTPUT !== undefined) appendFileSync(env.GITHUB_OUTPUT, `${name}=${value}\n`);
}

/** Shows people a text on the page of the run, where an approval is given. */
export function tellPeople(markdown: string, env: NodeJS.ProcessEnv): void {
  if (env.GITHUB_STEP_SUMMARY !== undefined) appendFileSync(env.GITHUB_STEP_SUMMARY, `${markdown}\n`);
}
