import { closest, distance } from "fastest-levenshtein";

/** The one of `known` that `word` was probably meant to be; undefined when none is near. */
export function suggestion(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const candidate = closest(word, known);
  // WHY: a third of the letters wrong is a typo, more is another word.
  return distance(word.toLowerCase(), candidate.toLowerCase()) <= Math.max(1, word.length / 3) ? candidate : undefined;
}
