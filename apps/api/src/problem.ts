import { STATUS_CODES } from "node:http";

/** One field that was not as it must be. */
export interface FieldProblem {
  /** Where: a JSON pointer into the body, or the name of the parameter or header. */
  readonly at: { readonly pointer: string } | { readonly parameter: string } | { readonly header: string };
  /** What is allowed there. Never the value itself, which may name a person. */
  readonly detail: string;
}

export interface ProblemOptions extends ErrorOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Every field that was wrong, so that one answer is enough to mend all. */
  readonly fields?: readonly FieldProblem[];
}

/** An answer other than success. `detail` is for the caller, so it says nothing of our inside; `cause` is for the log. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly fields: readonly FieldProblem[];

  constructor(status: number, detail: string, { headers = {}, fields = [], ...options }: ProblemOptions = {}) {
    super(detail, options);
    this.status = status;
    this.headers = headers;
    this.fields = fields;
  }
}

/** The body of a problem, as in RFC 9457: with the type `about:blank` the title is the phrase of the status. */
export interface ProblemBody {
  readonly type: "about:blank";
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Finds the line of the log that tells more. */
  readonly requestId: string;
  readonly errors?: readonly object[];
}

export function problemBody({ status, message: detail, fields }: Problem, requestId: string): ProblemBody {
  const title = STATUS_CODES[status] ?? "Error";
  const errors = fields.map(({ at, detail: allowed }) => ({ ...at, detail: allowed }));
  return { type: "about:blank", title, status, detail, requestId, ...(errors.length > 0 && { errors }) };
}
