/** What an error says about the connection, the server and the work. Every error has exactly one kind. */
export type ErrorKind =
  /** No connection could be made: refused, no route, no name, not answered, or the server is starting or ending. */
  | "unreachable"
  /** A connection ended while it was in use. */
  | "lost"
  /** A statement was not answered in time. */
  | "silent"
  /** The server takes no writes (any more): it was demoted. */
  | "read-only"
  /** The server has no room for another connection. */
  | "full"
  /** The server refused user or password. */
  | "denied"
  /** An administrator, or the server's idle limit, ended this one connection. */
  | "ended"
  /** The server undid the statement in favour of another transaction: deadlock, lock wait, changed snapshot. */
  | "conflict"
  /** The statement's own fault, or the caller's. */
  | "statement";

/** MySQL and MariaDB error numbers, by kind. Server error references of both; the client's own errors have codes instead. */
const kindOfNumber: Readonly<Record<number, ErrorKind>> = {
  1020: "conflict", // ER_CHECKREAD: MariaDB, innodb_snapshot_isolation
  1040: "full", // ER_CON_COUNT_ERROR
  1042: "unreachable", // ER_BAD_HOST_ERROR
  1043: "unreachable", // ER_HANDSHAKE_ERROR
  1045: "denied", // ER_ACCESS_DENIED_ERROR
  1047: "unreachable", // ER_UNKNOWN_COM_ERROR: a Galera node that is not (or no longer) part of its cluster
  1053: "lost", // ER_SERVER_SHUTDOWN
  1129: "unreachable", // ER_HOST_IS_BLOCKED
  1130: "denied", // ER_HOST_NOT_PRIVILEGED
  1152: "lost", // ER_ABORTING_CONNECTION
  1158: "lost", // ER_NET_READ_ERROR
  1159: "lost", // ER_NET_READ_INTERRUPTED
  1160: "lost", // ER_NET_ERROR_ON_WRITE
  1161: "lost", // ER_NET_WRITE_INTERRUPTED
  1184: "lost", // ER_NEW_ABORTING_CONNECTION
  1203: "full", // ER_TOO_MANY_USER_CONNECTIONS
  1205: "conflict", // ER_LOCK_WAIT_TIMEOUT
  1213: "conflict", // ER_LOCK_DEADLOCK
  1226: "full", // ER_USER_LIMIT_REACHED
  1698: "denied", // ER_ACCESS_DENIED_NO_PASSWORD_ERROR
  1836: "read-only", // ER_READ_ONLY_MODE
  1862: "denied", // ER_MUST_CHANGE_PASSWORD_LOGIN
  1874: "read-only", // ER_INNODB_READ_ONLY
  1927: "ended", // ER_CONNECTION_KILLED (MariaDB)
  3032: "lost", // ER_SERVER_OFFLINE_MODE
  3101: "conflict", // ER_TRANSACTION_ROLLBACK_DURING_COMMIT (MySQL, group replication)
  3118: "denied", // ER_ACCOUNT_HAS_BEEN_LOCKED
  3169: "ended", // ER_SESSION_WAS_KILLED
  3955: "denied", // ER_USER_ACCESS_DENIED_FOR_USER_ACCOUNT_BLOCKED_BY_PASSWORD_LOCK (MySQL)
  4031: "ended", // ER_CLIENT_INTERACTION_TIMEOUT
  4151: "denied", // ER_ACCOUNT_HAS_BEEN_LOCKED (MariaDB)
};

const kindOfCode: ReadonlyMap<string, ErrorKind> = new Map([
  ["ECONNREFUSED", "unreachable"],
  ["EHOSTUNREACH", "unreachable"],
  ["ENETUNREACH", "unreachable"],
  ["EHOSTDOWN", "unreachable"],
  ["EADDRNOTAVAIL", "unreachable"],
  ["ENOTFOUND", "unreachable"],
  ["EAI_AGAIN", "unreachable"],
  ["ENOENT", "unreachable"],
  ["ETIMEDOUT", "unreachable"],
  ["ECONNRESET", "lost"],
  ["ECONNABORTED", "lost"],
  ["EPIPE", "lost"],
  ["PROTOCOL_CONNECTION_LOST", "lost"],
  ["PROTOCOL_SEQUENCE_TIMEOUT", "silent"],
]);

/** What {@link classify} looks at: the driver's errors have these, and no common class. */
interface DriverError {
  readonly errno?: unknown;
  readonly code?: unknown;
  readonly fatal?: unknown;
  readonly message?: unknown;
  readonly kind?: unknown;
}

/**
 * The kind of an error of mysql2, of Node's sockets, or of this package.
 *
 * A code of Node's sockets counts only where the driver has marked the error as fatal: a function may have called another service.
 *
 * 1290 says that an option of the server forbids the statement: only some of these options are about writing, `--secure-file-priv`
 * is not. 1792 is about a transaction that the caller began as READ ONLY; the connection is dropped, but no failover is seen in it.
 */
export function classify(error: unknown): ErrorKind {
  if (typeof error !== "object" || error === null) return "statement";
  const { errno, code, fatal, message, kind } = error as DriverError;
  if (isKind(kind)) return kind;
  if (errno === 1290) return /read[-_]only/.test(String(message)) ? "read-only" : "statement";
  const byNumber = typeof errno === "number" ? kindOfNumber[errno] : undefined;
  if (byNumber !== undefined) return byNumber;
  const byCode = typeof code === "string" ? kindOfCode.get(code) : undefined;
  if (byCode !== undefined && (fatal === true || byCode === "silent")) return byCode;
  return fatal === true ? "lost" : "statement";
}

const kinds: ReadonlySet<unknown> = new Set([...Object.values(kindOfNumber), ...kindOfCode.values(), "statement"]);

function isKind(kind: unknown): kind is ErrorKind {
  return kinds.has(kind);
}

/** What to do about an error. */
export interface Verdict {
  /** The connection must not be used again. */
  readonly doubtful: boolean;
  /** Every connection of this age is suspect: what happened to this one happens, or will, to the others. */
  readonly failover: boolean;
  /** The statement had no effect, for certain: refused, or undone. */
  readonly undone: boolean;
  /** The same work may succeed on another connection, or a moment later. */
  readonly passing: boolean;
}

/** The whole policy, one row per kind. */
export const verdicts: Readonly<Record<ErrorKind, Verdict>> = {
  unreachable: { doubtful: true, failover: true, undone: true, passing: true },
  lost: { doubtful: true, failover: true, undone: false, passing: true },
  // WHY no failover: a slow statement is no dead server; the watch in `endpoint.ts` tells them apart.
  silent: { doubtful: true, failover: false, undone: false, passing: true },
  "read-only": { doubtful: true, failover: true, undone: true, passing: true },
  full: { doubtful: true, failover: false, undone: true, passing: true },
  denied: { doubtful: true, failover: false, undone: true, passing: true },
  ended: { doubtful: true, failover: false, undone: false, passing: true },
  conflict: { doubtful: false, failover: false, undone: true, passing: true },
  statement: { doubtful: false, failover: false, undone: true, passing: false },
};

/** 1792: the connection is in a READ ONLY transaction that somebody forgot, or its server demands one. */
export const isReadOnlyTransaction = (error: unknown): boolean => hasNumber(error, 1792);

/** 1062: a row with this unique key exists, so that the transaction which this one repeats was committed. */
export const isDuplicate = (error: unknown): boolean => hasNumber(error, 1062);

/** 1213, 1020: the whole transaction has been undone, not the statement alone. */
export const isDeadlock = (error: unknown): boolean => hasNumber(error, 1213) || hasNumber(error, 1020);

function hasNumber(error: unknown, number: number): boolean {
  return typeof error === "object" && error !== null && "errno" in error && error.errno === number;
}

/** {@link verdicts}, and one number that has none of their kinds. */
export function verdictOf(error: unknown): Verdict & { readonly kind: ErrorKind } {
  const kind = classify(error);
  const verdict = verdicts[kind];
  return { ...verdict, kind, doubtful: verdict.doubtful || isReadOnlyTransaction(error) };
}
