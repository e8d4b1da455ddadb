import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { faults } from "./faults/index.ts";
import { type LabOptions, readOptions, usage } from "./options.ts";
import type { FaultReport } from "./report/report.ts";
import { svgOf } from "./report/svg.ts";
import { markdownOf, tableOf, verdictOf } from "./report/table.ts";
import { playFault, recover } from "./scenario.ts";
import { startStage } from "./stage/stage.ts";

/** Where reports go: ignored by git. */
const folder = process.env.MAINSTAY_LAB_FOLDER ?? resolve(import.meta.dirname, "../../..", ".mainstay/lab");

try {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") console.log(usage);
  else process.exitCode = await run(options);
} catch (error) {
  const mistaken = error instanceof TypeError;
  console.error(mistaken ? `${error.message}\n\n${usage}` : error instanceof Error ? error.message : error);
  process.exitCode = mistaken ? 2 : 1;
}

async function run(options: LabOptions): Promise<number> {
  const say = options.json ? () => undefined : console.log;
  say("Starting a primary, a replica, and two processes behind a load balancer for each side.");
  const stage = await startStage(options.alone ? ["ours"] : undefined);
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await stage.remove();
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void stop().then(() => process.exit(130)));
  const reports: FaultReport[] = [];
  try {
    for (const fault of faults.filter(({ name }) => options.faults.includes(name))) {
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
    if (!stopping) await stop();
  }
  tell(reports, options);
  return verdictOf(reports).length === 0 ? 0 : 1;
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
