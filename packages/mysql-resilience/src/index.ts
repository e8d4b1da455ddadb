export type { ErrorKind } from "./classify.ts";
export {
  type CredentialSource,
  type Credentials,
  fileCredentials,
  type SecretOptions,
  secretCredentials,
} from "./credentials.ts";
export { within } from "./deadline.ts";
export type { EndpointState } from "./endpoint.ts";
export { DatabaseUnavailable, InvalidOptions, LeaseExpired, OutcomeUnknown, type UnavailableReason } from "./errors.ts";
export type { Limits, ReaderOptions, ResilientPoolOptions, RetryOptions, ServerOptions } from "./options.ts";
export { createResilientPool, type Metrics, type ReadOptions, type ResilientPool, type WriteOptions } from "./pool.ts";
export type { After, Position } from "./position.ts";
export type { Session, Values } from "./session.ts";
export {
  type CloseReason,
  channelName,
  type EndpointName,
  type FailoverSign,
  type Operation,
  type PoolEvent,
  type PoolEvents,
} from "./telemetry.ts";
export type { Idempotency } from "./transaction.ts";
