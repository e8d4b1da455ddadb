import { existsSync } from "node:fs";
import { relative } from "node:path";
import { contract, variables } from "@mainstay/contract";
import { freePort } from "@mainstay/mysql-resilience/testing";
import { type AdminMade, makeAdmin } from "../accounts/first-admin.ts";
import { type Config, type DatabaseConfig, readConfig } from "../config.ts";
import { createDatabase, type Database } from "../database.ts";
import { explain } from "../explain.ts";
import { migrate } from "../migrations/migrate.ts";
import { startService } from "../service.ts";
import { type Mariadb, type MariadbOptions, startMariadb } from "../testing/mariadb.ts";
import { openPlace, type Place } from "./place.ts";
import { seed } from "./seed.ts";
import { welcome } from "./welcome.ts";

const usage = `usage: npm run api                 opens a clinic on this machine, with a database of its own
       npm run api -- admin        gives its admin a new password
       ${variables.databaseUrl}=mysql://USER:PASSWORD@HOST:PORT/SCHEMA npm run api
                                   the same with your MySQL 8, Aurora or MariaDB`;

const patients = 10_000;
const email = "admin@clinic.example";
const [command, ...rest] = process.argv.slice(2);

try {
  if (rest.length > 0 || (command !== undefined && command !== "admin")) {
    console.error(usage);
    process.exit(2);
  }
  const place = openPlace(process.env.MAINSTAY_API_FOLDER);
  await (command === "admin" ? renew(place) : open(place));
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}

async function open(place: Place): Promise<void> {
  if (!place.enter()) {
    console.error(`The clinic is open already: ${place.announced()?.address ?? "in a moment"}`);
    process.exit(1);
  }
  const mariadb = isForeign() ? undefined : await startMariadb(databaseOptions(place));
  const close = async () => {
    await mariadb?.remove();
    place.leave();
  };
  try {
    const config = await configure(place, mariadb);
    await migrate(config.database);
    const admin = await furnish(config.database, mariadb !== undefined);
    const service = await startService(config, { host: "127.0.0.1" });
    const address = `http://127.0.0.1:${service.port}`;
    place.announce({ address, ...(mariadb && { databasePort: mariadb.config.port }) });
    await service.migrated;
    let stopping = false;
    const stop = async () => {
      if (stopping) return;
      stopping = true;
      await service.stop({ ...contract.shutdown, lameDuck: 0 });
      await close();
      process.exit(0);
    };
    for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => void stop());
    console.log(
      welcome({
        address,
        metrics: `http://127.0.0.1:${config.metricsPort}${contract.metrics.path}`,
        folder: relative(process.cwd(), place.folder),
        patients,
        email,
        ...(admin && { password: admin.password }),
        foreign: mariadb === undefined,
      }),
    );
  } catch (error) {
    await close();
    throw error;
  }
}

/** Only in an empty clinic: patients, and an admin. */
async function furnish(config: DatabaseConfig, own: boolean): Promise<AdminMade | undefined> {
  return withDatabase(config, async (database) => {
    if (own) await seed(database, patients);
    const [row] = await database.query<{ admins: number }>(
      "SELECT COUNT(*) AS admins FROM accounts WHERE role = 'admin'",
    );
    return row?.admins === 0 ? makeAdmin(database, email, !own) : undefined;
  });
}

/** A new password for the admin; also while the clinic is open. */
async function renew(place: Place): Promise<void> {
  const tell = async (config: DatabaseConfig, own: boolean) => {
    const { password } = await withDatabase(config, (database) => makeAdmin(database, email, !own));
    console.log(`${email} has a new password${own ? "" : ", for the first sign-in"}:\n${password}`);
  };
  if (isForeign()) {
    await tell(readConfig({ [variables.tokenKey]: place.secrets.tokenKey, ...process.env }).database, false);
    return;
  }
  if (!existsSync(place.database)) {
    console.error("There is no clinic yet. Open one: npm run api");
    process.exit(1);
  }
  if (place.enter()) {
    const mariadb = await startMariadb(databaseOptions(place));
    try {
      await tell(mariadb.config, true);
    } finally {
      await mariadb.remove();
      place.leave();
    }
    return;
  }
  const port = place.announced()?.databasePort;
  if (port === undefined) throw new Error("The clinic is about to open: try again in a moment.");
  const password = place.secrets.databasePassword;
  await tell({ host: "127.0.0.1", port, name: contract.database.name, user: "api", password }, true);
}

function isForeign(): boolean {
  return Boolean(process.env[variables.databaseUrl] || process.env[variables.databaseHost]);
}

function databaseOptions(place: Place): MariadbOptions {
  return { directory: place.database, password: place.secrets.databasePassword, memory: 64 };
}

/** What the environment says, and for the rest what suits a clinic on this machine. */
async function configure(place: Place, mariadb: Mariadb | undefined): Promise<Config> {
  const own: Record<string, string> = {
    [variables.port]: String(await freePort()),
    [variables.metricsPort]: String(await freePort()),
    [variables.logLevel]: "warn",
    [variables.tokenKey]: place.secrets.tokenKey,
    [variables.documentsDirectory]: place.documents,
    [variables.trustedProxies]: "0",
  };
  const given = Object.entries(process.env).filter(([, value]) => value !== undefined && value !== "");
  const { config } = mariadb ?? {};
  return readConfig({
    ...own,
    ...Object.fromEntries(given),
    ...(config && {
      [variables.databaseHost]: config.host,
      [variables.databasePort]: String(config.port),
      [variables.databaseName]: config.name,
      [variables.databaseUser]: config.user,
      [variables.databasePassword]: config.password,
    }),
  });
}

async function withDatabase<T>(config: DatabaseConfig, use: (database: Database) => Promise<T>): Promise<T> {
  const database = createDatabase(config);
  try {
    return await use(database);
  } finally {
    await database.close();
  }
}
