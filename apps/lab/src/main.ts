import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { faults } from "./faults/index.ts";
import { type LabOptions, readOptions, UsageError, usage } from "./options.ts";
import type { FaultReport } from "./report/report.ts";
import { svgOf } from "./report/svg.ts";
import { markdownOf, tableOf, verdictOf } from "./report/table.ts";
import { playFault, recover } from "./scenario.ts";
import { startStage } from "./stage/stage.ts";

/** Where reports go: ignored by git. */
const folder = process.env.MAINSTAY_LAB_FOLDER ?? resolve(import.meta.dirname, "../../..", ".mainstay/lab");

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
  tell(reports, options);
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

function tell(reports: readonly FaultReport[], { json }: LabOptions): void {
  // WHY without samples: tens of thousands of them, which the picture shows.
  const text = JSON.stringify(reports, (key, value: unknown) => (key === "samples" ? undefined : value), 2);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "report.json"), `${text}\n`);
  writeFileSync(join(folder, "report.md"), `${markdownOf(reports)}\n`);
  writeFileSync(join(folder, "timeline.svg"), svgOf(reports));
  if (json) {
    console.log(text);
    return;
  }
  const verdict = verdictOf(reports);
  console.log(`\n${tableOf(reports)}\n`);
  console.log(
    verdict.length === 0
      ? "Every promise held."
      : `Promises that did not hold:\n${verdict.map((it) => `  ${it}`).join("\n")}`,
  );
  console.log(`Table, JSON and picture: ${relative(process.cwd(), folder) || "."}`);
}
