#!/usr/bin/env node
import { run } from "./cli.ts";
import { processTerminal } from "./terminal.ts";

// WHY: `mainstay review ... | head` closes the pipe early, which is no mistake.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

process.exitCode = await run(process.argv.slice(2), processTerminal());
