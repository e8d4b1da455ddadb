import type { Middleware } from "./context.ts";

/**
 * Finds the caller's address behind `proxies`, of which each has appended to X-Forwarded-For what it saw.
 *
 * WHY from the end: everything before was written by the caller.
 */
export function address(proxies: number): Middleware {
  return async (context, next) => {
    const seen = context.req.socket.remoteAddress ?? "";
    context.state.address = proxies === 0 ? seen : forwarded(context.req.headers["x-forwarded-for"], proxies, seen);
    await next();
  };
}

export function forwarded(header: string | string[] | undefined, proxies: number, seen: string): string {
  if (header === undefined) return seen;
  const hops = String(header).split(",");
  return hops.at(-Math.min(proxies, hops.length))?.trim() || seen;
}
