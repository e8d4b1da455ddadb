import { describeLeftovers, findLocalAws } from "@mainstay/emulator";
import { CdktfError } from "./cdktf.ts";
import { move } from "./deploy.ts";
import { environmentFor, subject } from "./local-run.ts";
import { startPlace } from "./place.ts";
import { Screen } from "./screen.ts";
import { BusyError, takeTurn } from "./turn.ts";

const { environment } = subject;
const place = startPlace();
const screen = new Screen();

// Without a destroy: for one that fails, or when nobody wants to wait for it.
const drop = process.argv.includes("--drop");

try {
  process.exitCode = await takeTurn(place, stop);
} catch (error) {
  if (!(error instanceof CdktfError || error instanceof BusyError)) throw error;
  screen.say(error.message);
  if (error instanceof CdktfError) screen.say("\nTo stop the local AWS with all that is in it: npm stop -- --drop");
  process.exitCode = 1;
}

async function stop(): Promise<number> {
  const aws = await findLocalAws(place.folder);
  if (aws === undefined) {
    place.forget();
    screen.say("No local AWS runs; nothing to stop.");
    return 0;
  }
  if (drop) {
    await aws.stop();
    place.forget();
    screen.say("The local AWS is stopped, and gone with all that was in it.");
    return 0;
  }
  const run = { aws, env: environmentFor(aws, place), fresh: false };
  screen.say(`cdktf destroy '${environment}-*'`);
  const { seconds, done } = await move("destroy", environment, { place, run, screen });
  const left = await aws.leftovers();
  screen.say(`Destroyed ${done} resources in ${Math.round(seconds)} s.`);
  if (left.leftovers.length > 0) screen.say(describeLeftovers(left));
  await aws.stop();
  place.forget();
  return left.leftovers.length === 0 ? 0 : 1;
}
