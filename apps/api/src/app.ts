import { contract } from "@mainstay/contract";
import Koa from "koa";
import type { Logger } from "pino";
import { createAttempts } from "./accounts/attempts.ts";
import { createTokens } from "./accounts/tokens.ts";
import { type AuditJournal, createAuditJournal, journalIn } from "./audit/journal.ts";
import { createAuditWriter } from "./audit/writer.ts";
import type { Database } from "./database.ts";
import { type Answers, createAnswers } from "./degradation/remembered.ts";
import { createDocumentFiles, type DocumentFiles } from "./documents/files.ts";
import { features } from "./features.ts";
import { healthRoutes } from "./health/routes.ts";
import { address } from "./http/address.ts";
import { authenticate, authorise } from "./http/authenticate.ts";
import { closing } from "./http/closing.ts";
import type { State } from "./http/context.ts";
import { cors } from "./http/cors.ts";
import { observe } from "./http/observe.ts";
import { perform } from "./http/perform.ts";
import { problems } from "./http/problems.ts";
import { rateLimit } from "./http/rate-limit.ts";
import { requestId } from "./http/request-id.ts";
import type { Route } from "./http/route.ts";
import { routing } from "./http/routing.ts";
import { securityHeaders } from "./http/security-headers.ts";
import { createIdempotency } from "./idempotency/idempotency.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { describeError } from "./log.ts";
import type { Metrics } from "./observability/metrics.ts";
import type { Tracing } from "./observability/tracing.ts";
import { openApiRoutes } from "./openapi/routes.ts";
import { type Admission, createAdmission } from "./overload/admission.ts";
import { type Lag, shed, watchLag } from "./overload/shed.ts";
import type { Services } from "./services.ts";
import { createVault } from "./vault.ts";

export interface Dependencies {
  readonly database: Database;
  readonly lifecycle: Lifecycle;
  readonly log: Logger;
  /** What keys are derived from; the first makes new ones. */
  readonly secrets: readonly [string, ...string[]];
  readonly documentsDirectory: string;
  /** @default none */
  readonly corsOrigins?: readonly string[];
  /** @default contract.requests.perMinute */
  readonly requestsPerMinute?: number;
  /** @default contract.requests.proxies */
  readonly proxies?: number;
  /** @default nothing is counted */
  readonly metrics?: Metrics;
  /** @default nothing is traced */
  readonly tracing?: Tracing;
  /** Keeps the audit log while the database is away. @default in the documents' directory */
  readonly journal?: AuditJournal;
  /** Keeps what is uploaded. @default whole or not at all, in `documentsDirectory` */
  readonly files?: DocumentFiles;
  /** What may be told again while the database is away. @default nothing yet, as much as the contract allows */
  readonly answers?: Answers;
  /** How late the event loop is. @default a timer of its own */
  readonly lag?: Pick<Lag, "ms">;
  /** How much goes on at a time. @default as the contract has it */
  readonly admission?: Admission;
  /** Milliseconds since 1970. @default the clock */
  readonly now?: () => number;
}

/** The whole application, without a socket. The order of its middleware is fixed here and nowhere else. */
export function createApp(dependencies: Dependencies): Koa<State> {
  const { database, lifecycle, log, metrics, tracing } = dependencies;
  const services = createServices(dependencies);
  const routes = describedRoutes(services, lifecycle);
  const app = new Koa<State>();

  // Around everything: what is said of each request, whatever becomes of it.
  app.use(requestId());
  if (tracing) app.use(tracing.middleware);
  app.use(observe(log, metrics));
  app.use(closing(lifecycle));
  app.use(securityHeaders());
  app.use(problems());
  // The cheapest refusals first: nothing is read or asked for a request that may not be made.
  app.use(cors(dependencies.corsOrigins ?? []));
  app.use(routing([...routes, ...openApiRoutes(routes)]));
  app.use(shed(dependencies.lag ?? watchLag()));
  app.use(address(dependencies.proxies ?? contract.requests.proxies));
  app.use(authenticate(services.tokens));
  app.use(rateLimit(dependencies.requestsPerMinute ?? contract.requests.perMinute));
  app.use(authorise());
  app.use(
    perform({
      database,
      audit: services.audit,
      idempotency: createIdempotency(createVault(dependencies.secrets)),
      answers: dependencies.answers ?? createAnswers(),
      admission: dependencies.admission ?? createAdmission(),
    }),
  );

  // WHY: what arrives here failed after the answer was chosen, mostly a caller that went away; Koa would print its stack.
  app.on("error", (error: unknown) => log.warn({ error: describeError(error) }, "answer not delivered"));
  return app;
}

/** Every route that the description tells of. */
export function describedRoutes(services: Services, lifecycle: Lifecycle): Route[] {
  return [...features.flatMap((feature) => feature(services)), ...healthRoutes(services.database, lifecycle)];
}

function createServices(dependencies: Dependencies): Services {
  const { database, secrets, documentsDirectory, now = Date.now } = dependencies;
  const journal = dependencies.journal ?? createAuditJournal(journalIn(documentsDirectory));
  return {
    database,
    now,
    audit: createAuditWriter(database, journal, now),
    tokens: createTokens(secrets, now),
    attempts: createAttempts(database, createVault(secrets)),
    files: dependencies.files ?? createDocumentFiles(documentsDirectory),
  };
}
