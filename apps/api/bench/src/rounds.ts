import type { Case } from "./cases.ts";
import { load, type Result } from "./load.ts";
import { processorSeconds } from "./processor.ts";
import type { Running } from "./servers.ts";

export const rounds = Number(process.env.BENCH_ROUNDS ?? 7);
export const seconds = Number(process.env.BENCH_SECONDS ?? 2);

/** What one round has shown of one server. */
export interface Round extends Result {
  /** Processor time of a request, in microseconds: in the server, and in the database for it. */
  readonly serverMicroseconds: number;
  readonly databaseMicroseconds: number;
}

/** Until a server's code is compiled as well as it will be. */
const warmUpSeconds = 3;

/** Loads all in turn, round after round, after one that does not count. */
export async function interleaved(
  running: readonly Running[],
  how: Case,
  databaseProcess: number,
): Promise<ReadonlyMap<Running, readonly Round[]>> {
  const results = new Map<Running, Round[]>(running.map((it) => [it, []]));
  for (let round = -1; round < rounds; round += 1) {
    for (const it of rotated(running, round)) {
      const measured = await measure(it, how, { databaseProcess, seconds: round < 0 ? warmUpSeconds : seconds });
      if (round >= 0) results.get(it)?.push(measured);
    }
  }
  return results;
}

async function measure(
  { pid, port }: Running,
  how: Case,
  { databaseProcess, seconds: during }: { readonly databaseProcess: number; readonly seconds: number },
): Promise<Round> {
  const used = () => ({ server: processorSeconds(pid), database: processorSeconds(databaseProcess) });
  const before = used();
  const result = await load({ port, seconds: during, ...how });
  const after = used();
  const each = (part: "server" | "database") => ((after[part] - before[part]) * 1e6) / result.answers;
  return { ...result, serverMicroseconds: each("server"), databaseMicroseconds: each("database") };
}

/** Each comes first in turn, so that none always follows the same. */
function rotated<T>(list: readonly T[], by: number): T[] {
  const at = ((by % list.length) + list.length) % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}

/** Of every figure of `all`. */
export function medians(all: readonly Round[]): Round {
  const of = (figure: keyof Round) => median(all.map((round) => round[figure]));
  return {
    answers: of("answers"),
    perSecond: of("perSecond"),
    p50: of("p50"),
    p99: of("p99"),
    refused: all.reduce((sum, { refused }) => sum + refused, 0),
    wrong: all.reduce((sum, { wrong }) => sum + wrong, 0),
    serverMicroseconds: of("serverMicroseconds"),
    databaseMicroseconds: of("databaseMicroseconds"),
  };
}

/** How much more of a figure than another of the same rounds. */
export function ratio(all: readonly Round[], others: readonly Round[], figure: keyof Round): number {
  return median(all.map((it, round) => it[figure] / (others[round]?.[figure] ?? Number.NaN)));
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
