import type { Middleware } from "./context.ts";

/** What a page may read of an answer, besides what every page may: all that the description names, and what limits and failures say. */
const exposed = [
  "Accept-Ranges, Age, Cache-Status, Content-Disposition, Content-Range, ETag, Idempotency-Replayed, Link, Location",
  "RateLimit, RateLimit-Policy, Retry-After, X-Request-Id",
].join(", ");
const asked = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Range, X-Request-Id";
const methods = "GET, HEAD, POST, PUT, DELETE";

/** Lets pages of `origins`, and of no other, call the API. Tokens travel in a header, so that no cookie is ever allowed. */
export function cors(origins: readonly string[]): Middleware {
  const known = new Set(origins);
  return async (context, next) => {
    const origin = context.req.headers.origin;
    if (known.size > 0) context.vary("Origin");
    if (origin === undefined || !known.has(origin)) {
      await next();
      return;
    }
    context.set("Access-Control-Allow-Origin", origin);
    context.set("Access-Control-Expose-Headers", exposed);
    context.set("Cross-Origin-Resource-Policy", "cross-origin");
    if (context.method !== "OPTIONS" || context.req.headers["access-control-request-method"] === undefined) {
      await next();
      return;
    }
    context.set("Access-Control-Allow-Methods", methods);
    context.set("Access-Control-Allow-Headers", asked);
    context.set("Access-Control-Max-Age", "600");
    context.status = 204;
  };
}
