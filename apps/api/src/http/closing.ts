import type { Lifecycle } from "../lifecycle.ts";
import type { Middleware } from "./context.ts";

/** While the process drains, tells each caller to go elsewhere next time. */
export function closing(lifecycle: Lifecycle): Middleware {
  return async (context, next) => {
    await next();
    if (lifecycle.phase === "draining") context.set("Connection", "close");
  };
}
