import { variables } from "@mainstay/contract";
import { amazonRds } from "./authority.ts";
import { ConfigError } from "./config.ts";
import { DatabaseUnavailable } from "./database.ts";

/** Why a command of the API ended, for people: a stack only where the fault is ours. */
export function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (!(error instanceof Error)) return String(error);
  if (error instanceof DatabaseUnavailable) return explainKnown(error.cause) ?? away(reasonOf(error));
  return explainKnown(error) ?? error.stack ?? error.message;
}

/** Undefined for what is not known by its code. */
function explainKnown(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  switch (error.code) {
    case "EADDRINUSE":
      return `The port is in use. Stop what listens there, or set ${variables.port} to another.`;
    case "EACCES":
      return `The port may not be opened by this user. Set ${variables.port} to one above 1023.`;
    case "ECONNREFUSED":
    case "ENOTFOUND":
    case "ETIMEDOUT":
      return away(error.message);
    case "ER_ACCESS_DENIED_ERROR":
    case "ER_DBACCESS_DENIED_ERROR":
      return `The database refuses the user. Check ${variables.databaseUser}, ${variables.databasePassword} (or what ${variables.databaseCredentialsFile} or ${variables.databaseSecret} leads to) and ${variables.databaseName}.`;
    case "ER_SECURE_TRANSPORT_REQUIRED":
      return `The database takes encrypted connections only. Set ${variables.databaseCa} to what vouches for it: ${amazonRds}, or the path of a PEM bundle.`;
    default:
      return undefined;
  }
}

function away(why: string): string {
  return `The database cannot be reached (${why}). Is it up, and are ${variables.databaseHost} and ${variables.databasePort} right?`;
}

/** WHY the innermost: credentials that cannot be read are told of by who reads them. */
function reasonOf({ reason, cause }: DatabaseUnavailable): string {
  let inner: unknown = cause;
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  return inner instanceof Error ? inner.message : reason;
}
