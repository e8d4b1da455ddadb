import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { listed } from "./listed.ts";
import { table, withTable } from "./table.ts";

const readme = join(import.meta.dirname, "../README.md");
writeFileSync(readme, withTable(readFileSync(readme, "utf8"), table(listed)));
