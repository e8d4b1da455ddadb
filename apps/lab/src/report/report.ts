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

type Judged = Pick<
  SideReport,
  "lost" | "doubled" | "hollow" | "rude" | "failedReads" | "failedWrites" | "recoveryMs" | "settledMs" | "p99" | "late"
>;

/** Milliseconds that other work of the same machine may add to any request: shorter than this is quick. */
const noise = 500;
/** A load that is sent so many milliseconds late says more of its machine than of who answers. */
const tooLate = 50;

/** Every promise that does not hold, with its figure. */
export function brokenPromises(it: Judged, tolerance: Tolerance = {}): string[] {
  const {
    cutRequests = 0,
    refusedWrites = true,
    recoveryMs = 2_000,
    refusedReads = false,
    slower,
    settledMs,
  } = tolerance;
  const found: string[] = [];
  if (it.lost > 0) found.push(`${it.lost} acknowledged writes lost`);
  if (it.doubled > 0) found.push(`${it.doubled} writes applied twice`);
  if (it.hollow > 0) found.push(`${it.hollow} documents without their file`);
  if (it.rude > cutRequests) found.push(`${it.rude} failures other than 503 with Retry-After`);
  if (it.failedReads > cutRequests && !refusedReads) found.push(`${it.failedReads} reads failed`);
  if (it.failedWrites > cutRequests && !refusedWrites) found.push(`${it.failedWrites} writes failed`);
  if (it.recoveryMs === undefined) found.push("no write succeeded any more");
  else if (it.recoveryMs > recoveryMs) found.push(`${seconds(it.recoveryMs)} s until a write succeeded`);
  if (slower !== undefined && it.late < tooLate && it.p99.during > Math.max(noise, slower * it.p99.before)) {
    found.push(`the slowest hundredth took ${seconds(it.p99.during)} s, ${seconds(it.p99.before)} s before`);
  }
  if (settledMs !== undefined && it.settledMs > settledMs) {
    found.push(`something failed until ${seconds(it.settledMs)} s after it`);
  }
  return found;
}

export const seconds = (ms: number): string => (ms / 1000).toFixed(1);
