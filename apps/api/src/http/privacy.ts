import type { Middleware } from "./context.ts";

/** Keeps answers, which are about patients, out of every cache. */
export function privacy(): Middleware {
  return async (context, next) => {
    context.set("Cache-Control", "no-store");
    context.set("X-Content-Type-Options", "nosniff");
    await next();
  };
}
