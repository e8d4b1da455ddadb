import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "./faults/index.ts";
import { baseRate } from "./load/rate.ts";
import { startTraffic, type Traffic } from "./load/traffic.ts";
import { figuresOf } from "./report/figures.ts";
import { brokenPromises, type FaultReport, type SideReport } from "./report/report.ts";
import type { Side } from "./stage/side.ts";
import type { Stage } from "./stage/stage.ts";

/** How long the load runs before a fault, and after it, in milliseconds. */
const around = {
  short: { before: 1_500, after: 3_000 },
  long: { before: 5_000, after: 10_000 },
};

/** Injects one fault into all sides at the same time, under load, and says what users saw. */
export async function playFault(fault: Fault, stage: Stage, short: boolean): Promise<FaultReport> {
  const { before, after } = around[short ? "short" : "long"];
  const traffic = new Map<Side, Traffic>();
  for (const side of stage.sides) traffic.set(side, await startTraffic(side, baseRate));
  const injected = new Map<Side, number>();
  const healed = new Map<Side, number>();
  const memory = new Map<Side, number>();
  const note = (moments: Map<Side, number>) => () => {
    for (const [side, it] of traffic) if (!moments.has(side)) moments.set(side, it.now());
  };
  const watch = setInterval(() => {
    for (const side of stage.sides) {
      memory.set(side, Math.max(memory.get(side) ?? 0, ...side.processes.map((it) => it.memory())));
    }
  }, 250);
  try {
    await sleep(before);
    await fault.run({ stage, traffic, short, injected: note(injected), healed: note(healed) });
    await sleep(after);
  } finally {
    clearInterval(watch);
    await Promise.all([...traffic.values()].map((it) => it.stop()));
  }
  const sides: SideReport[] = [];
  for (const [side, { samples, ledger }] of traffic) {
    const moments = { injected: injected.get(side) ?? 0, healed: healed.get(side) ?? 0 };
    const balance = await ledger.check(stage.cluster.primary, side.account.database, side.disk.seen);
    const figures = figuresOf(samples, moments);
    const broken = brokenPromises({ ...figures, ...balance }, fault.tolerance);
    sides.push({ side: side.name, ...figures, ...balance, memory: memory.get(side) ?? 0, broken, moments, samples });
  }
  return { fault: fault.name, title: fault.title, sides };
}

/** Brings everything back to where a fault may begin: a replica, and processes that answer. Ours are not touched: they heal by themselves. */
export async function recover(stage: Stage): Promise<void> {
  const { cluster, sides } = stage;
  if (!cluster.replica.running || (await cluster.replica.admin("SHOW SLAVE STATUS")).length === 0)
    await cluster.rejoin();
  for (const side of sides) {
    for (const one of side.processes) if (!one.running()) await one.start();
    if (side.name !== "naive") continue;
    const { user, password } = side.account;
    await cluster.primary.admin(`ALTER USER '${user}'@'%' IDENTIFIED BY '${password}'`);
    await Promise.all(side.processes.map((one) => one.end("SIGKILL")));
    await Promise.all(side.processes.map((one) => one.start()));
  }
}
