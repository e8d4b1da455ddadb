import type { Middleware } from "./context.ts";

const headers = {
  // Answers are about patients: no cache may keep them.
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
  // Nothing here is a page; the documentation, which is one, has its own.
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  // Ignored over http; the load balancer speaks https to the outside.
  "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
};

/** Tells browsers to keep, guess, frame and share nothing. */
export function securityHeaders(): Middleware {
  const entries = Object.entries(headers);
  return async (context, next) => {
    for (const [name, value] of entries) context.res.setHeader(name, value);
    await next();
  };
}
