import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import { performance } from "node:perf_hooks";
import { typesInState } from "@mainstay/emulator";
import { CdktfError } from "./cdktf.ts";
import { move } from "./deploy.ts";
import { lastingLocalAws, subject } from "./local-run.ts";
import { root, startPlace } from "./place.ts";
import { planAgain } from "./plans.ts";
import { Screen } from "./screen.ts";
import { deployedStack, synthesizedStacks } from "./stacks.ts";
import { summary } from "./summary.ts";
import { BusyError, takeTurn } from "./turn.ts";

const { environment, idleMinutes } = subject;
const place = startPlace();
const screen = new Screen();

process.on("SIGINT", () => {
  screen.say("\nInterrupted: Terraform ends what it is in the middle of and keeps it. Press Ctrl-C again to kill it.");
});

try {
  process.exitCode = await takeTurn(place, rehearse);
} catch (error) {
  if (!(error instanceof CdktfError || error instanceof BusyError)) throw error;
  screen.say(error.message);
  screen.say("\nWhat was deployed is kept: `npm start` goes on from here, `npm stop` takes everything down.");
  process.exitCode = 1;
}

async function rehearse(): Promise<number> {
  const run = await lastingLocalAws(place, (line) => screen.say(line));
  if (!run.fresh) screen.say(`local AWS still runs at ${run.aws.endpoint}: deploying what has changed`);
  screen.say(`cdktf deploy '${environment}-*' (state and output in ${relative(root, place.folder)})`);
  const deployed = await move("deploy", environment, { place, run, screen });
  const stacks = synthesizedStacks(place, environment);

  const began = performance.now();
  screen.say("terraform plan again, stack by stack");
  const verdicts = await planAgain(place, stacks, run.env);
  const dirty = verdicts.filter(({ empty }) => !empty);
  for (const { stack, text } of dirty) screen.say(`${stack} would change:\n${text}\n`);
  if (dirty.length > 0) return 1;

  const types = stacks.flatMap((stack) => typesInState(place.stateOf(stack)));
  const report = await run.aws.report(types);
  writeFileSync(place.reportFile, `${report.toString()}\n`);
  screen.say("");
  screen.say(
    summary({
      environment,
      stacks: stacks.map((stack) => deployedStack(place, stack)),
      answers: report.answers,
      reportFile: relative(root, place.reportFile),
      deployed: deployed.seconds,
      planned: (performance.now() - began) / 1000,
      endpoint: run.aws.endpoint,
      shellFile: relative(root, place.shellFile),
      idleMinutes,
    }),
  );
  return 0;
}
