import { faults } from "./faults/index.ts";
import { playFault, recover } from "./scenario.ts";
import { startStage } from "./stage/stage.ts";

const wanted = process.argv.slice(2);
const stage = await startStage();
try {
  for (const fault of faults.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    const report = await playFault(fault, stage, true);
    for (const { samples, ...side } of report.sides) console.log(report.fault, JSON.stringify(side));
    await recover(stage);
  }
} finally {
  await stage.remove();
}
