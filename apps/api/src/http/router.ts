import { Problem } from "../problem.ts";
import type { Context, Middleware } from "./context.ts";

export type Parameters = Readonly<Record<string, string | undefined>>;

export interface Route {
  /** GET also answers HEAD. */
  readonly method: "GET";
  /** Pathname pattern of URLPattern, for example `/patients/:id`. Parameters come as they stand in the path, still encoded. */
  readonly path: string;
  readonly handle: (context: Context, parameters: Parameters) => void | Promise<void>;
}

/** Calls the route that matches; else 404, or 405 with the methods that the path has. */
export function router(routes: readonly Route[]): Middleware {
  const compiled = routes.map((route) => ({ ...route, pattern: new URLPattern({ pathname: route.path }) }));
  return async (context) => {
    const matching = compiled.flatMap(({ pattern, ...route }) => {
      const match = pattern.exec({ pathname: context.path });
      return match ? [{ ...route, parameters: match.pathname.groups }] : [];
    });
    const [first] = matching;
    if (!first) throw new Problem(404, "There is nothing at this path.");
    context.state.route = first.path;

    const wanted = context.method === "HEAD" ? "GET" : context.method;
    const chosen = matching.find(({ method }) => method === wanted);
    if (!chosen) throw notAllowed(matching);
    await chosen.handle(context, chosen.parameters);
  };
}

function notAllowed(routes: readonly Route[]): Problem {
  const methods = [...new Set(routes.flatMap(({ method }) => [method, "HEAD"]))].join(", ");
  return new Problem(405, `This path answers ${methods}.`, { headers: { Allow: methods } });
}
