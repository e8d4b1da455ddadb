#!/usr/bin/env node
import { run } from "./cli.ts";
import { exitCodes } from "./exit-codes.ts";
import { processTerminal } from "./terminal.ts";

// WHY: `mainstay review ... | head` closes the pipe early, which is no mistake.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

const oldest = 22;
if (Number.parseInt(process.versions.node, 10) < oldest) {
  process.stderr.write(`mainstay needs Node ${oldest} or later; this is Node ${process.versions.node}.\n`);
  process.exitCode = exitCodes.environment;
} else {
  process.exitCode = await run(process.argv.slice(2), processTerminal());
}
