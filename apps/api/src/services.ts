import type { Attempts } from "./accounts/attempts.ts";
import type { Tokens } from "./accounts/tokens.ts";
import type { AuditWriter } from "./audit/writer.ts";
import type { Database } from "./database.ts";
import type { DocumentFiles } from "./documents/files.ts";

/** What features stand on, besides the database that each request brings. */
export interface Services {
  readonly database: Database;
  readonly audit: AuditWriter;
  readonly tokens: Tokens;
  readonly attempts: Attempts;
  readonly files: DocumentFiles;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
