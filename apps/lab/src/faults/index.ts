import { databaseFaults } from "./database.ts";
import type { Fault } from "./fault.ts";
import { processFaults } from "./processes.ts";
import { spikeFaults } from "./spike.ts";

export type { Fault, Tolerance } from "./fault.ts";

/** All that the lab can inject. */
export const faults: readonly Fault[] = [...databaseFaults, ...processFaults, ...spikeFaults];
