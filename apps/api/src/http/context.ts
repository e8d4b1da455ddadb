import type Koa from "koa";
import type { Caller, Route } from "./route.ts";

/** A route and the parts of the path that its pattern names, decoded. */
export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string | undefined>>;
}

/** What the middleware knows of one request. */
export interface State {
  requestId: string;
  /** Set by `routing`: everything after it runs only for a route that is there. */
  match: Match;
  /** The pattern that matched, for example `/patients/:id`: unlike the path it names no patient. */
  route?: string;
  /** Who asks; absent on a public route. */
  caller?: Caller;
  /** There is only time for an answer from memory. */
  hurried?: boolean;
  /** The caller's network address. */
  address: string;
  /** Why the request failed, if it did. */
  failure?: unknown;
}

export type Context = Koa.ParameterizedContext<State>;
export type Middleware = Koa.Middleware<State>;
