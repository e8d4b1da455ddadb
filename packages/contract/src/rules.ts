/** A relation between two numbers of the contract that must hold, or requests fail in production. */
export interface Rule {
  /** The relation, in words. */
  readonly rule: string;
  /** What users see when it does not hold. */
  readonly otherwise: string;
  readonly holds: boolean;
}

/** The numbers of a contract that {@link rules} relates; a wider type than the contract's own, so that any can be checked. */
export interface Timing {
  readonly health: {
    readonly interval: number;
    readonly timeout: number;
    readonly unhealthyThreshold: number;
    readonly databaseAway: number;
  };
  readonly containerHealth: { readonly interval: number; readonly timeout: number };
  readonly connection: {
    readonly loadBalancerIdle: number;
    readonly keepAlive: number;
    readonly headers: number;
    readonly request: number;
    readonly checkInterval: number;
  };
  readonly shutdown: {
    readonly lameDuck: number;
    readonly drain: number;
    readonly closePool: number;
    readonly deregistration: number;
    readonly stopTimeout: number;
  };
  readonly database: {
    readonly connectTimeoutMs: number;
    readonly acquireTimeoutMs: number;
    readonly queryTimeoutMs: number;
    readonly operationTimeoutMs: number;
    readonly poolSize: number;
  };
  readonly stale: { readonly age: number; readonly afterMs: number };
  readonly overload: {
    readonly atOnce: number;
    readonly atLeast: number;
    readonly waitMs: number;
    readonly crowdedWaitMs: number;
  };
  readonly documents: { readonly orphanAge: number };
  readonly audit: { readonly segment: number; readonly orphanAge: number };
}

/** Every relation between load balancer, application and ECS that one of them alone cannot see. */
export function rules(timing: Timing): Rule[] {
  const { health, containerHealth, connection, shutdown, database, stale, overload, documents, audit } = timing;
  return [
    {
      rule: "health.timeout < health.interval",
      otherwise: "the load balancer refuses the health check",
      holds: health.timeout < health.interval,
    },
    {
      rule: "containerHealth.timeout < containerHealth.interval",
      otherwise: "checks of one container overlap",
      holds: containerHealth.timeout < containerHealth.interval,
    },
    {
      rule: "connection.keepAlive > connection.loadBalancerIdle",
      otherwise: "502: the load balancer reuses a connection that the application has closed",
      holds: connection.keepAlive > connection.loadBalancerIdle,
    },
    {
      rule: "connection.headers > connection.keepAlive",
      otherwise: "502: Node closes a kept-alive connection while headers arrive",
      holds: connection.headers > connection.keepAlive,
    },
    {
      rule: "connection.request < connection.loadBalancerIdle",
      otherwise: "504: the load balancer gives up on a request that is still served",
      holds: connection.request < connection.loadBalancerIdle,
    },
    {
      rule: "shutdown.lameDuck > health.interval * health.unhealthyThreshold",
      otherwise: "502: the application stops before the load balancer has noticed",
      holds: shutdown.lameDuck > health.interval * health.unhealthyThreshold,
    },
    {
      rule: "shutdown.drain * 1000 >= (connection.request + connection.checkInterval) * 1000 + database.operationTimeoutMs",
      otherwise: "a process that stops cuts an upload that is slow, or whose database is away, instead of answering it",
      holds:
        shutdown.drain * 1000 >= (connection.request + connection.checkInterval) * 1000 + database.operationTimeoutMs,
    },
    {
      rule: "shutdown.deregistration >= shutdown.lameDuck + shutdown.drain",
      otherwise: "requests in flight are cut while the application would still finish them",
      holds: shutdown.deregistration >= shutdown.lameDuck + shutdown.drain,
    },
    {
      rule: "shutdown.stopTimeout > shutdown.deregistration",
      otherwise: "ECS kills the container while the load balancer still drains it",
      holds: shutdown.stopTimeout > shutdown.deregistration,
    },
    {
      rule: "shutdown.stopTimeout > shutdown.lameDuck + shutdown.drain + shutdown.closePool",
      otherwise: "ECS kills the container before it has closed its connections",
      holds: shutdown.stopTimeout > shutdown.lameDuck + shutdown.drain + shutdown.closePool,
    },
    {
      rule: "shutdown.stopTimeout <= 120",
      otherwise: "ECS on Fargate refuses the task definition",
      holds: shutdown.stopTimeout <= 120,
    },
    {
      rule: "database.acquireTimeoutMs + database.queryTimeoutMs < database.operationTimeoutMs",
      otherwise: "there is no time left for a second attempt on another connection",
      holds: database.acquireTimeoutMs + database.queryTimeoutMs < database.operationTimeoutMs,
    },
    {
      rule: "database.operationTimeoutMs < connection.request * 1000",
      otherwise: "a request is cut before the database is given up, and answers nothing instead of 503",
      holds: database.operationTimeoutMs < connection.request * 1000,
    },
    {
      rule: "database.acquireTimeoutMs < health.timeout * 1000",
      otherwise: "readiness times out instead of answering 503",
      holds: database.acquireTimeoutMs < health.timeout * 1000,
    },
    {
      rule: "database.connectTimeoutMs < health.timeout * 1000",
      otherwise: "readiness times out instead of answering 503",
      holds: database.connectTimeoutMs < health.timeout * 1000,
    },
    {
      rule: "stale.age >= health.databaseAway",
      otherwise: "a task stays in service while its database is away, and has nothing to answer from",
      holds: stale.age >= health.databaseAway,
    },
    {
      rule: "stale.afterMs < database.acquireTimeoutMs",
      otherwise: "a reading waits for a connection that does not come, though there is an earlier answer",
      holds: stale.afterMs < database.acquireTimeoutMs,
    },
    {
      rule: "database.poolSize <= overload.atOnce",
      otherwise: "requests are turned away while connections have nothing to do",
      holds: database.poolSize <= overload.atOnce,
    },
    {
      rule: "overload.atLeast <= overload.atOnce",
      otherwise: "fewer requests go on where all is well than in a crowd",
      holds: overload.atLeast <= overload.atOnce,
    },
    {
      rule: "overload.crowdedWaitMs < overload.waitMs",
      otherwise: "a queue that is there to stay makes everybody wait as long as a burst does",
      holds: overload.crowdedWaitMs < overload.waitMs,
    },
    {
      rule: "documents.orphanAge > connection.request",
      otherwise: "the sweep removes a document that is still uploaded",
      holds: documents.orphanAge > connection.request,
    },
    {
      rule: "audit.orphanAge > audit.segment * 2",
      otherwise: "a task takes over the journal of another one that still writes it, where their clocks differ",
      holds: audit.orphanAge > audit.segment * 2,
    },
  ];
}
