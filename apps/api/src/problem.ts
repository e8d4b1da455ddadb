import { STATUS_CODES } from "node:http";

export interface ProblemOptions extends ErrorOptions {
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer other than success. `detail` is for the caller, so it says nothing of our inside; `cause` is for the log. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, detail: string, { headers = {}, ...options }: ProblemOptions = {}) {
    super(detail, options);
    this.status = status;
    this.headers = headers;
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
}

export function problemBody({ status, message: detail }: Problem, requestId: string): ProblemBody {
  return { type: "about:blank", title: STATUS_CODES[status] ?? "Error", status, detail, requestId };
}
