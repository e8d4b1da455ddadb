/** What was typed after `npm run recover --`. */
export interface Arguments {
  readonly patterns: readonly string[];
  readonly breakLock: boolean;
  readonly deleteStrays: boolean;
  readonly json: boolean;
}

export const usage = `usage: npm run recover -- STACKS ... [--break-lock] [--delete-strays] [--json]

Puts an interrupted deployment right: locks, what AWS made and Terraform does
not know, what was left unfinished. Safe at any time and any number of times.

  STACKS           names or patterns, such as 'clinic-dev-*'
  --break-lock     also break a lock that another machine left behind: only
                   when you know that nobody is deploying there any more
  --delete-strays  delete what is left over where it holds no data
  --json           the findings as JSON, on standard output

Exit code: 0 the next deployment can run, 1 something failed, 2 wrong usage,
3 a lock is held and nothing was done, 4 something is left to decide.`;

const flags = ["--break-lock", "--delete-strays", "--json"] as const;

/** Undefined where it cannot be understood, or help is asked for. */
export function parseArguments(words: readonly string[]): Arguments | undefined {
  const options = words.filter((word) => word.startsWith("-"));
  const patterns = words.filter((word) => !word.startsWith("-"));
  const known: readonly string[] = flags;
  if (patterns.length === 0 || options.some((option) => !known.includes(option))) return undefined;
  const given = (flag: (typeof flags)[number]) => options.includes(flag);
  return {
    patterns,
    breakLock: given("--break-lock"),
    deleteStrays: given("--delete-strays"),
    json: given("--json"),
  };
}
