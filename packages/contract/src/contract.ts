/**
 * What the infrastructure promises the API, and the API the infrastructure: one value that both read, so that they cannot disagree.
 *
 * Durations are seconds unless the name ends in `Ms`. The inequalities between them are in `rules.ts` and hold by test.
 */
export const contract = {
  /** TCP port on which the container listens; the target group and security group rules point here. */
  port: 8080,

  /** User and group the container runs as; also the owner of its EFS access point. */
  user: 10001,

  health: {
    /** Answers 200 while the process can serve at all. Never touches the database: else one failover kills every task. */
    livePath: "/health/live",
    /**
     * Answers 200 while the load balancer should send traffic: schema up to date, not shutting down, and the database not away for
     * longer than `databaseAway`.
     */
    readyPath: "/health/ready",
    /** The load balancer asks this often. ALB allows 5 to 300 s. */
    interval: 5,
    /** An answer later than this is a failure. Below the interval. */
    timeout: 3,
    /** Failures in a row until a target gets no traffic: 2 x 5 s + 3 s = 13 s at worst. */
    unhealthyThreshold: 2,
    /** Successes in a row until a target that was out comes back. */
    healthyThreshold: 2,
    /**
     * A task whose database is away stays in service for this long: it still answers from memory, and the others see no more than
     * it does. ECS replaces what the load balancer finds unhealthy; new tasks would have nothing to answer from. Longer than a
     * failover of RDS Multi-AZ takes (60 to 120 s); after it the region's health check may lead elsewhere.
     */
    databaseAway: 180,
    /** ECS ignores health checks for this long after a task starts: image pull and boot. */
    grace: 60,
  },

  /** The container's own health check, run by the ECS agent against the live path. */
  containerHealth: {
    /** Without a shell. ECS ignores the image's own HEALTHCHECK, so that the task definition repeats it. */
    command: ["node", "/app/healthcheck.mjs"],
    interval: 10,
    timeout: 3,
    retries: 3,
    startPeriod: 15,
  },

  connection: {
    /** The load balancer closes a connection that is idle for this long. ALB default: 60 s. */
    loadBalancerIdle: 60,
    /** Node keeps idle connections longer than the load balancer does, else the balancer reuses a closed one: 502. */
    keepAlive: 65,
    /** Node's `headersTimeout`: above `keepAlive`. */
    headers: 66,
    /** The longest that one request may take to arrive, from the first byte to the last: an upload, too. */
    request: 30,
    /** Node looks this often for requests that are late; its default is 30 s, which would double the limit. */
    checkInterval: 5,
  },

  shutdown: {
    /**
     * After SIGTERM readiness answers 503 while requests are still served: the time the load balancer needs to notice, 2 x 5 s, and a
     * margin for the answer of the last check and for what was sent meanwhile.
     */
    lameDuck: 12,
    /**
     * Requests in flight get this long to end afterwards: any that the server allows, also an upload that began in the last moment
     * (30 s, and 5 s until somebody looks) and then waits for the database (12 s). It ends as soon as there is none.
     */
    drain: 48,
    /** And then the pool of database connections this long to close. */
    closePool: 2,
    /** Target group `deregistration_delay`: requests in flight on a deregistered target. ALB allows 0 to 3600 s. */
    deregistration: 60,
    /** ECS kills the container this long after SIGTERM. ECS on Fargate allows at most 120 s. */
    stopTimeout: 65,
  },

  /** A new target's share of the requests grows over this time. ALB allows 0 (off) or 30 to 900 s. */
  slowStart: 30,

  database: {
    /** Schema that the API uses. */
    name: "clinic",
    port: 3306,
    /** Connections per task. Tasks times this must stay below the server's `max_connections`. */
    poolSize: 10,
    /**
     * Requests that may wait for a connection; one more is refused at once instead of waiting in vain. Twice as many as uploads,
     * whose transactions come when all of the file is there.
     */
    queueLimit: 200,
    /** Until a query has answered; a silent server is given up then, and the connection with it. */
    queryTimeoutMs: 5_000,
    /** Until a connection is up; the default of mysql2 is 10 s, longer than a health check may take. */
    connectTimeoutMs: 2_000,
    /** Until a free connection of the pool is handed out. */
    acquireTimeoutMs: 2_000,
    /** From the first attempt to the last answer of one read, statement or transaction, with all that is repeated in between. */
    operationTimeoutMs: 12_000,
    /** TCP keep-alive probes begin after this much silence; the default of Linux is two hours. */
    keepAliveDelayMs: 10_000,
  },

  /** Answers that are given again while the database is away, marked with their age. */
  stale: {
    /** Never older than this, in seconds. */
    age: 900,
    /** What they take of a task's memory at most, in bytes. */
    bytes: 16 * 2 ** 20,
    /** A reading that takes longer than this is answered so too, in milliseconds. */
    afterMs: 1_000,
  },

  /** What a task does not try to do, so that it stays quick with what it does. */
  overload: {
    /** Requests at a time that take a connection of their own: as many as there are. */
    atOnce: 10,
    /**
     * As many at least when they take longer than `slowMs`, in milliseconds, and two and a half times as long as at their quickest: then
     * the database, or the processor, has more than it can do, and the number falls by a third until they are quick again.
     */
    atLeast: 3,
    slowMs: 25,
    /** Requests that may wait for that; more are refused at once. */
    waiting: 400,
    /** Readings at a time that share their statement with each other; more are refused at once. */
    sharing: 400,
    /** How long they may wait in a burst, in milliseconds. */
    waitMs: 500,
    /**
     * How long they may wait once everybody has waited for longer than that, for `crowdedAfterMs`. So long that sixty at a time are served
     * in turn, and so short that a spike stays quick for who is served: `spike.lifecycle.ts` of the API.
     */
    crowdedWaitMs: 50,
    crowdedAfterMs: 100,
    /** It is a crowd until nobody was refused for so long, in milliseconds. */
    calmMs: 1_000,
    /**
     * When the event loop is so many milliseconds late, uploads and sign-ins are refused; at one and a half times that changes, at
     * twice readings; health checks never.
     */
    lagMs: 100,
  },

  documents: {
    /** Where the container finds the mounted file system. */
    directory: "/var/lib/clinic/documents",
    /** The largest document, in bytes. */
    maxBytes: 25 * 2 ** 20,
    /** Uploads that one task receives at a time; one more is answered 503. Each needs about 1 MiB of memory. */
    uploads: 100,
    /** A file that no document names is removed after this many seconds: longer than any request takes. */
    orphanAge: 3_600,
    /** Orphans are looked for this often, in seconds. */
    sweepInterval: 3_600,
  },

  /** The audit log while the database is away: lines in `audit-journal/` of the documents' directory. */
  audit: {
    /** A segment of the journal is written for so long, in seconds, and closed then. */
    segment: 10,
    /** An open segment that nobody wrote for so long belongs to a task that is gone; another one enters it. */
    orphanAge: 60,
    /** A task tries this often, in seconds, to enter its own lines; those of others once in `orphanAge`. */
    enterInterval: 1,
  },

  requests: {
    /** What `Retry-After` says when the database is away, in seconds. So few: the pool looks for it twice a second, and refuses at once meanwhile. */
    retryAfter: 1,
    /** The largest JSON body, in bytes. */
    maxBytes: 2 ** 20,
    /** Requests per minute that one account, or one address that is not signed in, may make of one task. */
    perMinute: 1_200,
    /** Proxies before the API that append to X-Forwarded-For. The load balancer is one; CloudFront before it would be two. */
    proxies: 1,
    /** The effect of a POST is remembered under its Idempotency-Key for this many seconds. */
    idempotencyKept: 86_400,
  },

  accounts: {
    /** An access token is valid for this many seconds. What it says, the role too, can be out of date for as long. */
    accessToken: 300,
    /** A session ends this many seconds after the sign-in, however often it was refreshed: one working day. */
    session: 43_200,
    /** Failed sign-ins are counted in windows of this many seconds. */
    attemptWindow: 900,
    /** Failed sign-ins per window for one account; then 429 until the window ends. */
    attemptsPerAccount: 5,
    /** Failed sign-ins per window from one address. A clinic often has a single one. */
    attemptsPerAddress: 50,
  },

  /** For Prometheus, where `METRICS_PORT` is set: on a port that no load balancer reaches. */
  metrics: {
    path: "/metrics",
  },

  migrations: {
    /** A task waits this many seconds for another one that migrates; then it tries again. */
    lockTimeout: 10,
    /** The longest that one statement of a migration may take, in seconds. */
    statementTimeout: 3_600,
  },
} as const;

/** Names of the environment variables that the task definition sets and the API reads. */
export const variables = {
  port: "PORT",
  /** `mysql://user:password@host:port/schema`, instead of the DATABASE_ variables below. */
  databaseUrl: "DATABASE_URL",
  databaseHost: "DATABASE_HOST",
  databasePort: "DATABASE_PORT",
  databaseName: "DATABASE_NAME",
  databaseUser: "DATABASE_USER",
  databasePassword: "DATABASE_PASSWORD",
  /** Path of a file with `{"username": ..., "password": ...}`, instead of user and password; read for each new connection. */
  databaseCredentialsFile: "DATABASE_CREDENTIALS_FILE",
  /** ARN of the same in Secrets Manager, instead of user and password: a rotation needs no restart. */
  databaseSecret: "DATABASE_SECRET",
  /**
   * What the database's certificate is checked against: `amazon-rds` for the authorities of RDS, or the path of a PEM bundle.
   * Unset: no TLS (only for a local database).
   */
  databaseCa: "DATABASE_CA",
  documentsDirectory: "DOCUMENTS_DIRECTORY",
  /**
   * What the keys that sign access tokens, and seal stored answers, are derived from: at least 32 characters. Several, with a
   * space between: the first signs, all verify. Rotated without a refused token by `old new`, then `new old`, then `new`.
   */
  tokenKey: "TOKEN_KEY",
  /** Origins whose pages may call the API, with spaces between. Unset: none. */
  corsOrigins: "CORS_ORIGINS",
  /** Proxies before the API; the contract's `requests.proxies` where unset. */
  trustedProxies: "TRUSTED_PROXIES",
  /** Requests per minute and account; the contract's `requests.perMinute` where unset. */
  rateLimit: "RATE_LIMIT",
  /** A port of its own for Prometheus, which no load balancer should reach. Unset: none. */
  metricsPort: "METRICS_PORT",
  /** Where traces go, OTLP over HTTP, for example http://127.0.0.1:4318. Unset: no traces, and no code for them is loaded. */
  tracesEndpoint: "OTEL_EXPORTER_OTLP_ENDPOINT",
  logLevel: "LOG_LEVEL",
} as const;

export type Contract = typeof contract;
