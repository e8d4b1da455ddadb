import { type App, Testing } from "cdktf";

/**
 * An app to put stacks in. Nothing is written by it.
 *
 * WHY the folder, which is jest's own for results: without one cdktf makes a new one in the temporary directory for every app, and leaves it.
 */
export function testApp(): App {
  return Testing.app({ outdir: ".results/app" });
}
