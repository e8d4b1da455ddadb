import { closest, distance } from "fastest-levenshtein";

/** The one of `known` that `word` was probably meant to be; undefined when none is near. */
export function suggestion(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const given = word.toLowerCase();
  const longer = known.find((name) => name.length > 2 && given.startsWith(name.toLowerCase()));
  if (longer !== undefined) return longer;
  const whole = known.find((name) => given.length > 2 && name.toLowerCase().startsWith(given));
  if (whole !== undefined) return whole;
  const candidate = closest(word, known);
  // WHY: a third of the letters wrong is a typo, more is another word.
  return distance(given, candidate.toLowerCase()) <= Math.ceil(word.length / 3) ? candidate : undefined;
}
