import { randomUUID } from "node:crypto";
import type { Middleware } from "./context.ts";

const header = "X-Request-Id";

/** Gives each request an id, or keeps the caller's where it is short and plain; the answer carries it. */
export function requestId(): Middleware {
  return async (context, next) => {
    const offered = context.get(header);
    context.state.requestId = /^[\w.-]{1,64}$/.test(offered) ? offered : randomUUID();
    context.set(header, context.state.requestId);
    await next();
  };
}
