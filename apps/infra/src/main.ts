import { EnvironmentFileError, loadEnvironments } from "./environments/load.ts";
import { RefusedError, synthesize } from "./synthesize.ts";

try {
  // WHY: stack traces in the metadata differ from machine to machine; without them the output is reproducible.
  synthesize(await loadEnvironments(), { stackTraces: false });
} catch (error) {
  if (!(error instanceof RefusedError || error instanceof EnvironmentFileError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
