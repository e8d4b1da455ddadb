import { readFileSync } from "node:fs";

// Beside `src/` here, and beside `dist/` where it is installed.
const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };

export const version: string = manifest.version;
