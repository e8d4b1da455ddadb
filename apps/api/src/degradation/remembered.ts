import { contract } from "@mainstay/contract";
import type { Sighting } from "../http/route.ts";

/** An answer that was right at a time. */
export interface Remembered {
  readonly headers: Readonly<Record<string, string>>;
  /** The body as JSON text. */
  readonly json: string;
  /** What the audit log has to tell of whoever sees it. */
  readonly sightings: readonly Sighting[];
  /** By the monotonic clock, in milliseconds. */
  readonly at: number;
}

/** The last good answers, for when the database is away. Bounded: of too many the one is forgotten that was longest not asked for. */
export interface Answers {
  readonly keep: (url: string, answer: Omit<Remembered, "at">) => void;
  /** What was answered there, when it is not too old; with its age in whole seconds. */
  readonly find: (url: string) => { readonly answer: Remembered; readonly age: number } | undefined;
  /** Somebody changed what is there. */
  readonly forget: (path: string) => void;
  /** Bytes that are taken, about. */
  readonly bytes: () => number;
}

/** What an entry costs besides its texts: objects, and its place in the map. */
const overhead = 400;

/**
 * @param limits seconds and bytes
 * @param now milliseconds that only grow, whatever the wall clock does
 */
export function createAnswers(
  limits: { readonly age: number; readonly bytes: number } = contract.stale,
  now: () => number = () => performance.now(),
): Answers {
  const answers = new Map<string, Remembered>();
  let bytes = 0;
  const drop = (url: string) => {
    const known = answers.get(url);
    if (known === undefined) return;
    bytes -= sizeOf(url, known);
    answers.delete(url);
  };
  return {
    keep(url, answer) {
      drop(url);
      const entry = { ...answer, at: now() };
      bytes += sizeOf(url, entry);
      answers.set(url, entry);
      while (bytes > limits.bytes) {
        // WHY: a Map keeps the order of insertion, so that the first was kept before all others.
        const [oldest] = answers.keys();
        if (oldest === undefined) return;
        drop(oldest);
      }
    },
    find(url) {
      const answer = answers.get(url);
      if (answer === undefined) return undefined;
      const age = Math.floor((now() - answer.at) / 1000);
      return age <= limits.age ? { answer, age } : undefined;
    },
    forget: drop,
    bytes: () => bytes,
  };
}

/** WHY two bytes a character: so it is at worst, for names outside of Latin-1. */
function sizeOf(url: string, { json }: Pick<Remembered, "json">): number {
  return overhead + 2 * (url.length + json.length);
}
