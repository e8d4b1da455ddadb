import { cases, patients } from "./cases.ts";
import { interleaved, median, medians, type Round, ratio } from "./rounds.ts";
import { ours } from "./servers.ts";
import { onStage } from "./stage.ts";
import { keep, table } from "./table.ts";
import { type Protection, protections } from "./without.ts";

/** What only concerns who writes. */
const ofWriting: readonly Protection[] = ["idempotency key"];

// What each protection costs: ours with everything on against ours without it, only these two at a time.
await onStage({ memory: 256, patients }, async (stage) => {
  const { "GET /patients/:id": reading, "POST /patients": writing } = cases(stage);
  const report: Record<string, Record<string, unknown>> = {};
  for (const without of Object.keys(protections) as Protection[]) {
    // WHY both anew: one that has run for longer is faster, since its code is compiled better.
    const all = await stage.serve(ours());
    const other = await stage.serve(ours([without]));
    const asked = { ...(!ofWriting.includes(without) && { "GET /patients/:id": reading }), "POST /patients": writing };
    for (const [name, how] of Object.entries(asked)) {
      if (how === undefined) continue;
      const results = await interleaved([all, other], how, stage.databaseProcess);
      const [on = [], off = []] = results.values();
      report[name] = { ...report[name], [without]: costs(on, off) };
    }
    all.stop();
    other.stop();
  }
  for (const [name, rows] of Object.entries(report)) {
    const cells = Object.entries(rows).map(([without, cost]) => [without, ...shown(cost as ReturnType<typeof costs>)]);
    console.log(
      `${table([name, "req/s with", "without", "x", "server us", "database us", "refused", "wrong"], cells)}\n`,
    );
  }
  keep("protections", report);
});

function costs(on: readonly Round[], off: readonly Round[]) {
  const more = (figure: "serverMicroseconds" | "databaseMicroseconds") =>
    median(on.map((round, at) => round[figure] - (off[at]?.[figure] ?? Number.NaN)));
  return {
    on: medians(on),
    off: medians(off),
    throughput: ratio(on, off, "perSecond"),
    serverMicroseconds: more("serverMicroseconds"),
    databaseMicroseconds: more("databaseMicroseconds"),
  };
}

function shown({ on, off, throughput, serverMicroseconds, databaseMicroseconds }: ReturnType<typeof costs>): string[] {
  const signed = (value: number) => `${value < 0 ? "-" : "+"}${Math.abs(value).toFixed(0)}`;
  return [
    on.perSecond.toFixed(0),
    off.perSecond.toFixed(0),
    throughput.toFixed(2),
    signed(serverMicroseconds),
    signed(databaseMicroseconds),
    String(on.refused + off.refused),
    String(on.wrong + off.wrong),
  ];
}
