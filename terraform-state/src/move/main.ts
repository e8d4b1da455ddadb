import { join } from "node:path";
import { repository } from "../bootstrap/places.ts";
import { StateError } from "../states/state-file.ts";
import { moveEnvironment } from "./move-environment.ts";

// npm run move-state -- clinic-dev
// After `state` was changed from localState to s3State(...) in the environment's file, and npm run synth.

const [environment, ...more] = process.argv.slice(2);
if (environment === undefined || more.length > 0 || environment.startsWith("-")) {
  console.error(
    "usage: npm run move-state -- ENVIRONMENT\nMoves the states of clinic-dev, say, from this machine to where its file says now.",
  );
  process.exitCode = 2;
} else {
  try {
    const output = process.env.CDKTF_OUTPUT ?? join(repository, "cdktf.out");
    await moveEnvironment(environment, output, console.log);
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
