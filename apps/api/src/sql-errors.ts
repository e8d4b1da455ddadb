/** What the driver adds to an error of the server. */
interface SqlError extends Error {
  readonly code: string;
  readonly errno: number;
}

function isSqlError(error: unknown): error is SqlError {
  return error instanceof Error && "errno" in error && "code" in error;
}

/** ER_DUP_ENTRY */
const duplicate = 1062;

/** A unique key has this value already. */
export function isDuplicate(error: unknown): boolean {
  return isSqlError(error) && error.errno === duplicate;
}
