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
    /** Answers 200 while the load balancer should send traffic: database reachable, not shutting down. */
    readyPath: "/health/ready",
    /** The load balancer asks this often. ALB allows 5 to 300 s. */
    interval: 5,
    /** An answer later than this is a failure. Below the interval. */
    timeout: 3,
    /** Failures in a row until a target gets no traffic: 2 x 5 s + 3 s = 13 s at worst. */
    unhealthyThreshold: 2,
    /** Successes in a row until a target that was out comes back. */
    healthyThreshold: 2,
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
    /** The longest that one request may take, from the first byte to the last. */
    request: 30,
  },

  shutdown: {
    /** After SIGTERM readiness answers 503 while requests are still served: the time the load balancer needs to notice. */
    lameDuck: 10,
    /** Requests in flight get this long to end afterwards. */
    drain: 15,
    /** And then the pool of database connections this long to close. */
    closePool: 2,
    /** Target group `deregistration_delay`: requests in flight on a deregistered target. ALB allows 0 to 3600 s. */
    deregistration: 30,
    /** ECS kills the container this long after SIGTERM. ECS on Fargate allows at most 120 s. */
    stopTimeout: 45,
  },

  /** A new target's share of the requests grows over this time. ALB allows 0 (off) or 30 to 900 s. */
  slowStart: 30,

  database: {
    /** Schema that the API uses. */
    name: "clinic",
    port: 3306,
    /** Connections per task. Tasks times this must stay below the server's `max_connections`. */
    poolSize: 10,
    /** Requests that may wait for a connection; one more is refused at once instead of waiting in vain. */
    queueLimit: 40,
    /** Until a query has answered; a silent server is given up then, and the connection with it. */
    queryTimeoutMs: 5_000,
    /** Until a connection is up; the default of mysql2 is 10 s, longer than a health check may take. */
    connectTimeoutMs: 2_000,
    /** Until a free connection of the pool is handed out. */
    acquireTimeoutMs: 2_000,
    /** TCP keep-alive probes begin after this much silence; the default of Linux is two hours. */
    keepAliveDelayMs: 10_000,
  },

  documents: {
    /** Where the container finds the mounted file system. */
    directory: "/var/lib/clinic/documents",
  },
} as const;

/** Names of the environment variables that the task definition sets and the API reads. */
export const variables = {
  port: "PORT",
  databaseHost: "DATABASE_HOST",
  databasePort: "DATABASE_PORT",
  databaseName: "DATABASE_NAME",
  databaseUser: "DATABASE_USER",
  databasePassword: "DATABASE_PASSWORD",
  /**
   * What the database's certificate is checked against: `amazon-rds` for the authorities of RDS, or the path of a PEM bundle.
   * Unset: no TLS (only for a local database).
   */
  databaseCa: "DATABASE_CA",
  documentsDirectory: "DOCUMENTS_DIRECTORY",
  /** Signs access tokens; at least 32 characters. */
  tokenKey: "TOKEN_KEY",
  logLevel: "LOG_LEVEL",
} as const;

export type Contract = typeof contract;
