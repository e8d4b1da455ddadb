import { homedir } from "node:os";
import { join } from "node:path";

// In the place of the emulator's own root.ts, which finds a checkout: see bundle.ts.

/** Where a Python with moto is looked for, and Terraform's configuration: `.mainstay/` below it. */
export const repositoryRoot = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");

/** The local AWS, packed into `dist/`. */
export const pythonSources = join(import.meta.dirname, "python");
