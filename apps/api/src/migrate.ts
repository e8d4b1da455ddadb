import { readConfig } from "./config.ts";
import { explain } from "./explain.ts";
import { migrate } from "./migrations/migrate.ts";

try {
  const { applied, warnings } = await migrate(readConfig(process.env).database);
  for (const name of applied) console.log(`applied ${name}`);
  for (const warning of warnings) console.warn(warning);
  console.log("The schema is up to date.");
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
