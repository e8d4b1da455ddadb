import Koa from "koa";
import type { Logger } from "pino";
import type { Database } from "./database.ts";
import { healthRoutes } from "./health/routes.ts";
import { closing } from "./http/closing.ts";
import type { State } from "./http/context.ts";
import { privacy } from "./http/privacy.ts";
import { problems } from "./http/problems.ts";
import { requestId } from "./http/request-id.ts";
import { requestLog } from "./http/request-log.ts";
import { router } from "./http/router.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { describeError } from "./log.ts";
import { patientRoutes } from "./patients/routes.ts";

export interface Dependencies {
  readonly database: Database;
  readonly lifecycle: Lifecycle;
  readonly log: Logger;
}

/** The whole application, without a socket. The order of its middleware is fixed here and nowhere else. */
export function createApp({ database, lifecycle, log }: Dependencies): Koa<State> {
  const app = new Koa<State>();
  app.use(requestId());
  app.use(requestLog(log));
  app.use(closing(lifecycle));
  app.use(privacy());
  app.use(problems());
  app.use(router([...healthRoutes(database, lifecycle), ...patientRoutes(database)]));
  // WHY: what arrives here failed after the answer was chosen, mostly a caller that went away; Koa would print its stack.
  app.on("error", (error: unknown) => log.warn({ error: describeError(error) }, "answer not delivered"));
  return app;
}
