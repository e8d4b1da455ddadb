/** What the command ends with. They are published: a number never changes its meaning. */
export const exitCodes = {
  /** All is well: reviewed, and nothing as bad as `--fail-on`; the plan is the reviewed one. */
  ok: 0,
  /** The answer is no: a finding as bad as `--fail-on`, or not the plan that was reviewed. */
  no: 1,
  /** The command line cannot be understood. */
  usage: 2,
  /** A file cannot be read, or is not what it should be. */
  input: 3,
  /** A plan is incomplete or has failed: it is shown, and never called reviewed. */
  notReviewed: 4,
  /** Something that the command needs is missing here, or did not start. */
  environment: 5,
  /** A mistake of Mainstay. */
  bug: 70,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
