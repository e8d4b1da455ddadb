import { type Problem, type Seconds, seconds } from "@mainstay/core";

/** How often each of Route 53's health checkers asks, in seconds. */
export type CheckInterval = 10 | 30;

/** What decides how soon an endpoint counts as unhealthy. */
export interface PatienceProps {
  /**
   * Seconds of failures after which the endpoint counts as unhealthy, and of successes after which it counts as healthy again. A
   * multiple of `interval`; changed in place.
   *
   * @default 180, a minute and a half more than a database usually needs to fail over
   */
  readonly patience?: Seconds;

  /**
   * Seconds between two requests of one checker; there are about 16, so that an endpoint is asked every 2 s, or thrice as often with
   * 10. A change replaces the check, the new one first. 10 costs 1 USD a month more and allows a patience of 100 s at most.
   *
   * @default 30
   */
  readonly interval?: CheckInterval;

  /**
   * Seconds of the longest outage that mends itself behind the endpoint; `patience` must be longer, else a region is left for it.
   *
   * @default 120, a failover of RDS Multi-AZ (RDS guide: 60 to 120 s). Aurora with a reader: 60
   */
  readonly outlasts?: Seconds;
}

/** With every default filled in. */
export type Patience = Required<PatienceProps>;

/** Fills in the defaults. */
export function patienceOf({ patience, interval = 30, outlasts }: PatienceProps): Patience {
  return { patience: patience ?? seconds(180), interval, outlasts: outlasts ?? seconds(120) };
}

/** Route 53 API, FailureThreshold: 1 to 10 answers in a row. */
const mostAnswers = 10;

/** Answers in a row, all failures or all successes, that change the status. */
export function failureThreshold({ patience, interval }: Patience): number {
  return patience / interval;
}

/** What a user can get wrong here that a type cannot see. */
export function patienceProblems(props: PatienceProps): Problem[] {
  const { patience, interval, outlasts } = patienceOf(props);
  const found: Problem[] = [];
  const answers = patience / interval;
  if (!Number.isInteger(answers) || answers < 1 || answers > mostAnswers) {
    found.push({
      property: "patience",
      got: patience,
      allowed: `a multiple of ${interval} s, ${interval} to ${mostAnswers * interval} s`,
      fix: `Choose one of them, or another interval than ${interval} s.`,
    });
  }
  if (patience <= outlasts) {
    found.push({
      property: "patience",
      got: patience,
      allowed: `more than ${outlasts} s, which a failover within the region takes`,
      fix: "Raise it, or lower outlasts where what is behind the endpoint comes back sooner.",
    });
  }
  return found;
}
