import { readFileSync } from "node:fs";
import { insertAccount } from "../../src/accounts/queries.ts";
import { createTokens } from "../../src/accounts/tokens.ts";
import { createDatabase, type Database } from "../../src/database.ts";
import { seed } from "../../src/embedded/seed.ts";
import { migrate } from "../../src/migrations/migrate.ts";
import { startMariadb } from "../../src/testing/mariadb.ts";
import { type Contender, type Running, secret, start } from "./servers.ts";

/** What all that is measured here shares. */
export interface Stage {
  readonly database: Database;
  /** Process number of the database server. */
  readonly databaseProcess: number;
  /** Head of a request of somebody who is signed in, without the empty line that ends it. */
  readonly head: (method: string, path: string) => string;
  /** Starts a server, which ends with the stage or before. */
  readonly serve: (contender: Contender) => Promise<Running>;
}

/**
 * Starts a private MariaDB with that many patients, has `perform` use it, and stops everything.
 *
 * @param memory MiB for the pages of tables
 */
export async function onStage(
  { memory, patients }: { readonly memory: number; readonly patients: number },
  perform: (stage: Stage) => Promise<void>,
): Promise<void> {
  const mariadb = await startMariadb({ memory });
  const database = createDatabase(mariadb.config);
  const running: Running[] = [];
  try {
    await migrate(mariadb.config);
    await seed(database, patients);
    const account = await insertAccount(database, { email: "bench@clinic.example", name: "Bench", role: "clinician" });
    const token = await createTokens([secret]).issue({ account, role: "clinician", session: 1, oneTime: false });
    const [file] = await database.query<{ path: string }>("SELECT @@pid_file AS path");
    await perform({
      database,
      databaseProcess: Number(readFileSync(file?.path ?? "", "utf8")),
      head: (method, path) => `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n`,
      async serve(contender) {
        const server = await start(contender, { database: mariadb.config, account });
        running.push(server);
        return server;
      },
    });
  } finally {
    for (const { stop } of running) stop();
    await database.close();
    await mariadb.remove();
  }
}
