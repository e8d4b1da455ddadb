import { variables } from "@mainstay/contract";
import { ConfigError } from "./config.ts";

/** Why a command of the API ended, for people: a stack only where the fault is ours. */
export function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (!(error instanceof Error)) return String(error);
  switch ("code" in error ? error.code : undefined) {
    case "EADDRINUSE":
      return `The port is in use. Stop what listens there, or set ${variables.port} to another.`;
    case "EACCES":
      return `The port may not be opened by this user. Set ${variables.port} to one above 1023.`;
    case "ECONNREFUSED":
    case "ENOTFOUND":
    case "ETIMEDOUT":
      return `The database cannot be reached (${error.message}). Is it up, and are ${variables.databaseHost} and ${variables.databasePort} right?`;
    case "ER_ACCESS_DENIED_ERROR":
    case "ER_DBACCESS_DENIED_ERROR":
      return `The database refuses the user. Check ${variables.databaseUser}, ${variables.databasePassword} and ${variables.databaseName}.`;
    default:
      return error.stack ?? error.message;
  }
}
