import { contract } from "@mainstay/contract";
import { DatabaseUnavailable, OutcomeUnknown } from "../database.ts";
import { Problem, problemBody } from "../problem.ts";
import type { Middleware } from "./context.ts";

const again = { "Retry-After": String(contract.requests.retryAfter) };

/** Answers every error as `application/problem+json`; what was not meant for the caller becomes a bare 500 or 503. */
export function problems(): Middleware {
  return async (context, next) => {
    try {
      await next();
    } catch (error) {
      const problem = asProblem(error);
      context.state.failure = problem.cause ?? problem;
      context.status = problem.status;
      context.set(problem.headers);
      context.body = JSON.stringify(problemBody(problem, context.state.requestId));
      context.type = "application/problem+json";
    }
  };
}

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof DatabaseUnavailable) {
    const detail =
      error.reason === "conflict"
        ? "Too many change the same thing now. Try again."
        : "The database does not answer. Try again.";
    return new Problem(503, detail, { cause: error, headers: again });
  }
  if (error instanceof OutcomeUnknown) {
    const detail =
      "It was done, or it was not: the database went away. Try again, with the same Idempotency-Key or If-Match.";
    return new Problem(503, detail, { cause: error, headers: again });
  }
  return new Problem(500, "The request failed for a reason on our side.", { cause: error });
}
