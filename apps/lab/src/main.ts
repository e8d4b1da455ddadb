import { availableParallelism } from "node:os";
import { relative } from "node:path";
import { faults } from "./faults/index.ts";
import { baseRate } from "./load/rate.ts";
import { type LabOptions, readOptions, UsageError, usage } from "./options.ts";
import { folder, writeReports } from "./report/files.ts";
import type { FaultReport, LabRun } from "./report/report.ts";
import { tableOf, verdictOf } from "./report/table.ts";
import { playFault, recover } from "./scenario.ts";
import { startStage } from "./stage/stage.ts";

/** Somebody has pressed Ctrl-C: what fails from then on is no news. */
let interrupted = false;

try {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") console.log(usage);
  else process.exitCode = await run(options);
} catch (error) {
  if (!interrupted) tellError(error);
}

async function run(options: LabOptions): Promise<number> {
  const at = new Date().toISOString();
  const say = options.json ? () => undefined : console.log;
  say("Starting a primary, a replica, and two processes behind a load balancer for each side.");
  const starting = startStage(options.alone ? ["ours"] : undefined);
  const interrupt = async () => {
    if (interrupted) return;
    interrupted = true;
    say("Stopping everything.");
    // WHY the timer: what is ending here holds this process open no longer, but its files are still there.
    const open = setInterval(() => undefined, 1000);
    await starting.then((it) => it.remove()).catch(() => undefined);
    clearInterval(open);
    process.exit(130);
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => void interrupt());
  const stage = await starting;
  const reports: FaultReport[] = [];
  try {
    for (const fault of faults.filter(({ name }) => options.faults.includes(name))) {
      if (interrupted) break;
      const why = fault.impossible?.(stage);
      if (why !== undefined) {
        say(`${fault.name} is left out: ${why}.`);
        continue;
      }
      say(`${fault.title} ...`);
      const report = await playFault(fault, stage, options.short);
      reports.push(report);
      await recover(stage, report);
    }
  } finally {
    if (!interrupted) await stage.remove();
  }
  const command = ["npm run lab", ...process.argv.slice(2)].join(" ").replace("npm run lab ", "npm run lab -- ");
  const of = { cores: availableParallelism(), node: process.versions.node, rate: baseRate, short: options.short };
  tell({ command, at, ...of, faults: reports }, options);
  return verdictOf(reports).length === 0 ? 0 : 1;
}

function tellError(error: unknown): void {
  const mistaken = error instanceof TypeError && "code" in error;
  console.error(mistaken || error instanceof UsageError ? `${error.message}\n\n${usage}` : describe(error));
  process.exitCode = mistaken || error instanceof UsageError ? 2 : 1;
}

/** WHY the stack: what fails here is ours to mend, unless a program is missing, or another one than it should be. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return /apt-get|did not|MAINSTAY_MYSQLD/.test(error.message) ? error.message : (error.stack ?? error.message);
}

function tell(it: LabRun, { json }: LabOptions): void {
  const text = writeReports(it);
  if (json) {
    console.log(text);
    return;
  }
  const verdict = verdictOf(it.faults);
  console.log(`\n${tableOf(it.faults)}\n`);
  console.log(
    verdict.length === 0
      ? "Every promise held."
      : `Promises that did not hold:\n${verdict.map((what) => `  ${what}`).join("\n")}`,
  );
  console.log(`Table, JSON and picture: ${relative(process.cwd(), folder) || "."}`);
}
