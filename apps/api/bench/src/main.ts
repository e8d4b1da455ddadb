import { cpus } from "node:os";
import { cases, patients } from "./cases.ts";
import { interleaved, medians, ratio, rounds, seconds } from "./rounds.ts";
import { ours, peers, type Running } from "./servers.ts";
import { onStage } from "./stage.ts";
import { keep, table } from "./table.ts";

// Ours against others, all of which are bare.
const contenders = [...peers, ours(), ours(["audit log"])];

await onStage({ memory: 256, patients }, async (stage) => {
  const running: Running[] = [];
  for (const contender of contenders) running.push(await stage.serve(contender));
  console.log(
    `${rounds} rounds of ${seconds} s each, interleaved; ${cpus().length} cores for client, servers and database\n`,
  );
  const report: Record<string, unknown> = {};
  for (const [name, how] of Object.entries(cases(stage))) {
    const results = await interleaved(running, how, stage.databaseProcess);
    const bare = [...results.values()][0] ?? [];
    const rows = [...results].map(([{ name: who }, all]) => ({
      who,
      ...medians(all),
      throughput: ratio(all, bare, "perSecond"),
      p99Ratio: ratio(all, bare, "p99"),
    }));
    const cells = rows.map((it) => [
      it.who,
      it.perSecond.toFixed(0),
      it.throughput.toFixed(2),
      it.p50.toFixed(1),
      it.p99.toFixed(1),
      it.p99Ratio.toFixed(2),
      it.serverMicroseconds.toFixed(0),
      it.databaseMicroseconds.toFixed(0),
      String(it.refused),
      String(it.wrong),
    ]);
    const head = [
      `${name}, ${how.connections} at a time`,
      "req/s",
      "x bare",
      "p50 ms",
      "p99 ms",
      "x bare",
      "server us",
      "database us",
      "refused",
      "wrong",
    ];
    console.log(`${table(head, cells)}\n`);
    report[name] = rows;
  }
  keep("bench", report);
});
