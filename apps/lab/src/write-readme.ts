import { relative } from "node:path";
import { readReports } from "./report/files.ts";
import { showRun } from "./report/readme.ts";

/** Writes the last run of the whole lab into the READMEs that show it. */
try {
  for (const path of showRun(readReports())) console.log(relative(process.cwd(), path));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
