import { describeLeftovers, findLocalAws } from "@mainstay/emulator";
import { CdktfError } from "./cdktf.ts";
import { move } from "./deploy.ts";
import { environmentFor } from "./local-run.ts";
import { startPlace } from "./place.ts";
import { Screen } from "./screen.ts";
import { BusyError, takeTurn } from "./turn.ts";

const environment = "clinic-dev";
const place = startPlace();
const screen = new Screen();

try {
  process.exitCode = await takeTurn(place, stop);
} catch (error) {
  if (!(error instanceof CdktfError || error instanceof BusyError)) throw error;
  screen.say(error.message);
  process.exitCode = 1;
}

async function stop(): Promise<number> {
  const aws = await findLocalAws(place.folder);
  if (aws === undefined) {
    place.forget();
    screen.say("No local AWS runs; nothing to stop.");
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
