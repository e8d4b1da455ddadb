import type Koa from "koa";

/** What the middleware knows of one request. */
export interface State {
  requestId: string;
  /** The pattern that matched, for example `/patients/:id`: unlike the path it names no patient. */
  route?: string;
  /** Why the request failed, if it did. */
  failure?: unknown;
}

export type Context = Koa.ParameterizedContext<State>;
export type Middleware = Koa.Middleware<State>;
