import { contract } from "@mainstay/contract";
import type { Sighting } from "../http/route.ts";
import { keysOf } from "./about.ts";

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

/** A moment before a reading asked the database. */
export type Mark = number;

/** The last good answers, for when the database is away. Bounded: of too many the one is forgotten that was kept before all others. */
export interface Answers {
  readonly mark: () => Mark;
  /**
   * Keeps an answer, unless somebody has changed since `since` what it shows: it may be from before.
   *
   * @param since @default now
   */
  readonly keep: (url: string, answer: Omit<Remembered, "at">, since?: Mark) => void;
  /** What was answered there, when it is not too old; with its age in whole seconds. */
  readonly find: (url: string) => { readonly answer: Remembered; readonly age: number } | undefined;
  /** Somebody changed this: every answer that shows it is forgotten, lists too. */
  readonly forget: (changed: readonly Sighting[]) => void;
  /** Bytes that are taken, about. */
  readonly bytes: () => number;
}

/** What an entry costs besides its texts: objects, and its place in the map. */
const overhead = 400;
/** And for each thing that it shows: its key, and its place in the index. */
const overheadOfKey = 200;
/** So many keys of the last changes are known, for readings that are under way. */
const changesKnown = 4_000;
/** An answer that is read again and again moves to the end of the line this often, in milliseconds: each time would cost more than the reading. */
const moveAfterMs = 10_000;

/** An answer, and what is needed to find it by what it shows. */
interface Entry extends Remembered {
  at: number;
  /** Since when it stands where it does among those that are forgotten one after the other. */
  readonly since: number;
  readonly keys: ReadonlySet<string>;
  readonly size: number;
}

/**
 * @param limits seconds and bytes
 * @param now milliseconds that only grow, whatever the wall clock does
 */
export function createAnswers(
  limits: { readonly age: number; readonly bytes: number } = contract.stale,
  now: () => number = () => performance.now(),
): Answers {
  const answers = new Map<string, Entry>();
  /** Where something is shown. */
  const index = new Map<string, Set<string>>();
  const changes = createChanges();
  let bytes = 0;
  const drop = (url: string) => {
    const known = answers.get(url);
    if (known === undefined) return;
    bytes -= known.size;
    answers.delete(url);
    for (const key of known.keys) {
      const urls = index.get(key);
      urls?.delete(url);
      if (urls?.size === 0) index.delete(key);
    }
  };
  return {
    mark: changes.mark,
    keep(url, answer, since = changes.mark()) {
      const known = answers.get(url);
      const at = now();
      if (known !== undefined && isSame(known, answer) && at - known.since < moveAfterMs) {
        // WHY no new entry: it would outlive the short-lived objects around it, one for each reading, and collecting these is what makes readings late.
        if (!changes.touched(known.keys, since)) known.at = at;
        return;
      }
      const keys = new Set(answer.sightings.flatMap(keysOf));
      if (changes.touched(keys, since)) return;
      drop(url);
      const size = sizeOf(url, answer.json, keys.size);
      bytes += size;
      answers.set(url, { ...answer, at, since: at, keys, size });
      for (const key of keys) {
        const urls = index.get(key);
        if (urls) urls.add(url);
        else index.set(key, new Set([url]));
      }
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
    forget(changed) {
      const keys = changed.flatMap(keysOf);
      changes.note(keys);
      for (const key of keys) for (const url of index.get(key) ?? []) drop(url);
    },
    bytes: () => bytes,
  };
}

/** What was changed of late. WHY: a reading that began before a change may end after it, and would bring back what was forgotten. */
function createChanges() {
  const last = new Map<string, Mark>();
  let count: Mark = 0;
  /** Of what was changed up to here not all is known any more. */
  let floor: Mark = 0;
  return {
    mark: () => count,
    note(keys: readonly string[]) {
      count += 1;
      for (const key of keys) {
        last.delete(key);
        last.set(key, count);
      }
      for (const [key, at] of last) {
        if (last.size <= changesKnown) return;
        floor = at;
        last.delete(key);
      }
    },
    touched: (keys: ReadonlySet<string>, since: Mark) =>
      since < floor || (since < count && [...keys].some((key) => (last.get(key) ?? 0) > since)),
  };
}

/** Whether `answer` says nothing new. What it shows is the same then; who asked is not part of it. */
function isSame(known: Remembered, { json, headers }: Omit<Remembered, "at">): boolean {
  return known.json === json && known.headers.ETag === headers.ETag && known.headers.Link === headers.Link;
}

/** WHY two bytes a character: so it is at worst, for names outside of Latin-1. */
function sizeOf(url: string, json: string, keys: number): number {
  return overhead + overheadOfKey * keys + 2 * (url.length + json.length);
}
