/** What the driver adds to an error of the server. */
interface SqlError extends Error {
  readonly code: string;
  readonly errno: number;
}

function isSqlError(error: unknown): error is SqlError {
  return error instanceof Error && "errno" in error && "code" in error;
}

const numbers = {
  /** ER_LOCK_WAIT_TIMEOUT, ER_LOCK_DEADLOCK */
  contention: new Set([1205, 1213]),
  /** ER_OPTION_PREVENTS_STATEMENT (read-only server), ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION, ER_READ_ONLY_MODE */
  demoted: new Set([1290, 1792, 1836]),
  duplicate: 1062,
};

/** The driver marks so what ends a connection, in contrast to a statement that the server refused. */
export function isFatal(error: unknown): boolean {
  return error instanceof Error && "fatal" in error && error.fatal === true;
}

/** The server was demoted to a replica: the connection leads to the wrong place. */
export function isWriteRefusal(error: unknown): boolean {
  return isSqlError(error) && numbers.demoted.has(error.errno);
}

/** Another transaction was in the way: the same one may succeed now. */
export function mayRunAgain(error: unknown): boolean {
  return isSqlError(error) && numbers.contention.has(error.errno);
}

/** A unique key has this value already. */
export function isDuplicate(error: unknown): boolean {
  return isSqlError(error) && error.errno === numbers.duplicate;
}
