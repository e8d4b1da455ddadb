import { contract } from "@mainstay/contract";
import { DatabaseUnavailable } from "../database.ts";
import { Problem, problemBody } from "../problem.ts";
import { mayRunAgain } from "../sql-errors.ts";
import type { Middleware } from "./context.ts";

const again = { "Retry-After": String(contract.health.interval) };

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
    return new Problem(503, "The database does not answer. Try again.", { cause: error, headers: again });
  }
  if (mayRunAgain(error)) {
    return new Problem(503, "Too many change the same thing now. Try again.", { cause: error, headers: again });
  }
  return new Problem(500, "The request failed for a reason on our side.", { cause: error });
}
