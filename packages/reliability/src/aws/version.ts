/** How one engine version stands to another. Parts that only one of them names do not count: `8.4` is `8.4.3`. */
export type Step = "same" | "lower" | "minor" | "major";

/** @param majors parts that make the major version: two for MySQL before version 10, one for others. */
export function versionStep(from: string, to: string, majors: number): Step {
  const [before, after] = [numbers(from), numbers(to)];
  for (let index = 0; index < Math.min(before.length, after.length); index += 1) {
    const difference = (after[index] ?? 0) - (before[index] ?? 0);
    if (difference < 0) return "lower";
    if (difference > 0) return index < majors ? "major" : "minor";
  }
  return "same";
}

function numbers(version: string): number[] {
  return [...version.matchAll(/\d+/g)].map(Number);
}
