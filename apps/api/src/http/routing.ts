import findMyWay from "find-my-way";
import { Problem } from "../problem.ts";
import type { Middleware } from "./context.ts";
import type { Route } from "./route.ts";

type Method = Route["method"];

const methods: readonly Method[] = ["GET", "POST", "PUT", "DELETE"];

/** Finds the route; else 404, or 405 with the methods that the path has. OPTIONS is answered here. */
export function routing(routes: readonly Route[]): Middleware {
  const router = findMyWay();
  for (const route of routes) router.on(route.method, route.path, () => undefined, route);
  const find = (method: string, path: string) => router.find(method as Method, path);
  const allowed = (path: string) =>
    methods
      .filter((method) => find(method, path) !== null)
      .flatMap(withHead)
      .join(", ");

  return async (context, next) => {
    const { path } = context;
    const found = find(context.method === "HEAD" ? "GET" : context.method, path);
    if (found !== null) {
      const route = found.store as Route;
      context.state.match = { route, params: found.params };
      context.state.route = route.path;
      await next();
      return;
    }
    const others = allowed(path);
    if (others === "") throw new Problem(404, "There is nothing at this path.");
    if (context.method !== "OPTIONS")
      throw new Problem(405, `This path answers ${others}.`, { headers: { Allow: others } });
    context.set("Allow", others);
    context.status = 204;
  };
}

function withHead(method: Method): string[] {
  return method === "GET" ? ["GET", "HEAD"] : [method];
}
