import type { Tolerance } from "../faults/index.ts";
import type { Balance } from "../load/ledger.ts";
import type { Sample } from "../load/sample.ts";
import type { SideName } from "../sides.ts";
import type { Figures, Moments } from "./figures.ts";

/** One side in one fault. */
export interface SideReport extends Figures, Balance {
  readonly side: SideName;
  /** MiB of its larger process at most. */
  readonly memory: number;
  /** Promises that did not hold, in words. */
  readonly broken: readonly string[];
  readonly moments: Moments;
  readonly samples: readonly Sample[];
}

/** Both sides in one fault. */
export interface FaultReport {
  readonly fault: string;
  readonly title: string;
  readonly sides: readonly SideReport[];
}

/** One run of the lab. */
export interface LabRun {
  /** What was typed. */
  readonly command: string;
  /** When it began, ISO 8601. */
  readonly at: string;
  readonly cores: number;
  /** Version of Node. */
  readonly node: string;
  /** Requests per second to each side. */
  readonly rate: number;
  readonly short: boolean;
  readonly faults: readonly FaultReport[];
}

type Judged = Pick<
  SideReport,
  | "lost"
  | "doubled"
  | "hollow"
  | "rude"
  | "cut"
  | "failedReads"
  | "failedWrites"
  | "recoveryMs"
  | "settledMs"
  | "p99"
  | "late"
  | "memory"
>;

/** Milliseconds that a collection of garbage or other work of the same machine may add to any request: shorter than this is quick. */
const noise = 50;
/** A load that is sent so many milliseconds late says more of its machine than of who answers. */
const tooLate = 50;

/** What a task of `clinic-dev` gets: ECS kills what takes more. */
const taskMiB = 512;

/** Every promise that does not hold, with its figure. */
export function brokenPromises(it: Judged, tolerance: Tolerance = {}): string[] {
  const { refusedWrites = true, recoveryMs = 2_000, memoryMiB = taskMiB, slower, settledMs } = tolerance;
  const cut = tolerance.cutInFlight ? it.cut : { reads: 0, writes: 0 };
  const rude = it.rude - cut.reads - cut.writes;
  const polite = it.failedReads + it.failedWrites - it.rude;
  const failedReads = it.failedReads - cut.reads;
  const failedWrites = it.failedWrites - cut.writes;
  const found: string[] = [];
  if (it.lost > 0) found.push(`${it.lost} acknowledged writes lost`);
  if (it.doubled > 0) found.push(`${it.doubled} writes applied twice`);
  if (it.hollow > 0) found.push(`${it.hollow} documents without their file`);
  if (rude > 0) found.push(`${rude} failures other than 503 with Retry-After`);
  if (failedReads > 0 && !tolerance.refusedReads) found.push(`${failedReads} reads failed`);
  // WHY not then: a process that has to wait for its turn refuses what it has no time for, and says so.
  const excused = it.late < tooLate ? 0 : polite;
  if (failedWrites > excused && !refusedWrites) found.push(`${failedWrites} writes failed`);
  if (it.recoveryMs === undefined) found.push("no write succeeded any more");
  else if (it.recoveryMs > recoveryMs) found.push(`${seconds(it.recoveryMs)} s until a write succeeded`);
  if (slower !== undefined && it.late < tooLate && it.p99.during > Math.max(noise, slower * it.p99.before)) {
    found.push(`the slowest hundredth took ${seconds(it.p99.during)} s, ${seconds(it.p99.before)} s before`);
  }
  if (settledMs !== undefined && it.settledMs > settledMs) {
    found.push(`something failed until ${seconds(it.settledMs)} s after it`);
  }
  if (it.memory > memoryMiB) found.push(`${Math.round(it.memory)} MiB in memory, of ${memoryMiB} MiB`);
  return found;
}

export const seconds = (ms: number): string => (ms / 1000).toFixed(1);
