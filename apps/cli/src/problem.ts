import { type ExitCode, exitCodes } from "./exit-codes.ts";

/** Something that the caller can mend: said in a sentence or two, without a stack. */
export class Problem extends Error {
  readonly code: ExitCode;

  constructor(message: string, code: ExitCode = exitCodes.input) {
    super(message);
    this.code = code;
  }
}

/** One problem from several. */
export function together(problems: readonly Problem[]): Problem {
  const [first] = problems;
  return new Problem(problems.map(({ message }) => message).join("\n"), first?.code ?? exitCodes.input);
}
