import { isQuick, isReading, type Sample, succeeded } from "../load/sample.ts";

/** When what happened, in milliseconds since the load began. */
export interface Moments {
  /** From here on the load was as before the fault. @default 0 */
  readonly steady?: number;
  /** The fault began. */
  readonly injected: number;
  /** The process that was killed is gone. @default none was killed */
  readonly gone?: number | undefined;
  /** What was sent later is not about this fault. @default it is */
  readonly finished?: number | undefined;
  /** The cause was gone: a primary takes writes at the database's name, a process was started again, the load was as before. */
  readonly healed: number;
}

/** What users saw of one fault. Durations are milliseconds, unless the name says otherwise. */
export interface Figures {
  readonly requests: number;
  /** Seconds in which any request failed, in steps of a tenth. */
  readonly failedSeconds: number;
  readonly failedReads: number;
  readonly failedWrites: number;
  /** Earlier answers, marked so. */
  readonly stale: number;
  /** Other failures than 503 with Retry-After. */
  readonly rude: number;
  /** Of those: the ones that may have been in flight on the process that was killed, since they were sent before it was gone. */
  readonly cut: { readonly reads: number; readonly writes: number };
  /** How many of each kind. */
  readonly errors: Readonly<Record<string, number>>;
  /** From the moment of healing until a write that was sent since has succeeded; `undefined`: not any more. */
  readonly recoveryMs: number | undefined;
  /** From the moment of healing until the last failure had been answered; 0 when there was none after it. */
  readonly settledMs: number;
  /** How late the latest hundredth was sent while the fault lasted: above some tens, the machine was too busy to measure. */
  readonly late: number;
  /** The slowest hundredth of what succeeded, without uploads that are sent slowly: before the fault, while it lasted, and afterwards. */
  readonly p99: { readonly before: number; readonly during: number; readonly after: number };
}

const slot = 100;
/** What becomes of a request whose process ends: the load balancer says 502, or the connection breaks. */
const cutOutcomes: ReadonlySet<string> = new Set(["HTTP 502", "ECONNRESET", "EPIPE"]);

export function figuresOf(all: readonly Sample[], moments: Moments): Figures {
  const { steady = 0, injected, healed, gone = 0, finished = Number.POSITIVE_INFINITY } = moments;
  const samples = all.filter(({ at }) => at < finished);
  const since = samples.filter(({ at, ms }) => at + ms >= injected);
  const failed = since.filter((it) => !succeeded(it));
  const cut = failed.filter(({ at, outcome }) => at < gone && cutOutcomes.has(outcome));
  const endOf = ({ at, ms }: Sample) => at + ms;
  const firstWrite = Math.min(
    ...since.filter((it) => it.at >= healed && !isReading(it) && succeeded(it)).map((it) => endOf(it)),
  );
  const lastFailure = Math.max(healed, ...failed.map((it) => endOf(it)));
  const errors: Record<string, number> = {};
  for (const { outcome } of failed) errors[outcome] = (errors[outcome] ?? 0) + 1;
  const times = (from: number, to: number) =>
    samples.filter((it) => isQuick(it) && it.at >= from && it.at < to && succeeded(it)).map(({ ms }) => ms);
  return {
    requests: since.length,
    failedSeconds: (new Set(failed.map((it) => Math.floor(endOf(it) / slot))).size * slot) / 1000,
    failedReads: failed.filter((it) => isReading(it)).length,
    failedWrites: failed.filter((it) => !isReading(it)).length,
    stale: since.filter(({ outcome }) => outcome === "stale").length,
    rude: failed.filter(({ outcome }) => outcome !== "busy").length,
    cut: { reads: cut.filter((it) => isReading(it)).length, writes: cut.filter((it) => !isReading(it)).length },
    errors,
    recoveryMs: Number.isFinite(firstWrite) ? Math.round(firstWrite - healed) : undefined,
    late: quantile(
      since.filter(({ at }) => at < healed).map((it) => it.late),
      0.99,
    ),
    settledMs: Math.round(lastFailure - healed),
    p99: {
      before: quantile(times(steady, injected), 0.99),
      during: quantile(times(injected, healed), 0.99),
      after: quantile(times(healed, Number.POSITIVE_INFINITY), 0.99),
    },
  };
}

/** The value that a share of all does not exceed; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
