import { readConfig } from "./config.ts";
import { explain } from "./explain.ts";
import { applySchema } from "./schema.ts";

try {
  await applySchema(readConfig(process.env).database);
  console.log("The schema is up to date.");
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
