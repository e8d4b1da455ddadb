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
  short: { before: 1_000, after: 2_500 },
  long: { before: 5_000, after: 10_000 },
};

/** Injects one fault into all sides at the same time, under load, and says what users saw. */
export async function playFault(fault: Fault, stage: Stage, short: boolean): Promise<FaultReport> {
  const { before, after } = around[short ? "short" : "long"];
  const traffic = new Map<Side, Traffic>();
  for (const side of stage.sides) traffic.set(side, await startTraffic(side, baseRate));
  const steady = new Map<Side, number>();
  const injected = new Map<Side, number>();
  const healed = new Map<Side, number>();
  const gone = new Map<Side, number>();
  const finished = new Map<Side, number>();
  const memory = new Map<Side, number>();
  const note = (moments: Map<Side, number>) => (only?: Side) => {
    for (const [side, it] of traffic) if (side === (only ?? side)) moments.set(side, it.now());
  };
  const watch = setInterval(() => {
    for (const side of stage.sides) {
      memory.set(side, Math.max(memory.get(side) ?? 0, ...side.processes.map((it) => it.memory())));
    }
  }, 250);
  try {
    await sleep(before);
    await fault.run({
      stage,
      traffic,
      short,
      steady: note(steady),
      injected: note(injected),
      healed: note(healed),
      gone: note(gone),
      finished: note(finished),
    });
    await sleep(after);
  } finally {
    clearInterval(watch);
    await Promise.all([...traffic.values()].map((it) => it.stop()));
  }
  const sides: SideReport[] = [];
  for (const [side, { samples, ledger }] of traffic) {
    const moments = {
      steady: steady.get(side) ?? 0,
      injected: injected.get(side) ?? 0,
      healed: healed.get(side) ?? 0,
      gone: gone.get(side),
      finished: finished.get(side),
    };
    const balance = await ledger.check(stage.cluster.primary, side.account.database, side.disk.seen);
    const seen = { ...figuresOf(samples, moments), ...balance, memory: memory.get(side) ?? 0 };
    sides.push({ side: side.name, ...seen, broken: brokenPromises(seen, fault.tolerance), moments, samples });
  }
  return { fault: fault.name, title: fault.title, sides };
}

/**
 * Brings everything back to where a fault may begin: a replica, and processes that answer. Those of ours are not touched: they
 * heal by themselves. The naive ones are started again where they did not.
 */
export async function recover(stage: Stage, { sides }: FaultReport): Promise<void> {
  const { cluster } = stage;
  if (!cluster.replica.running || (await cluster.replica.admin("SHOW SLAVE STATUS")).length === 0)
    await cluster.rejoin();
  for (const { name, account, processes } of stage.sides) {
    const ofThis = sides.find(({ side }) => side === name);
    const healthy = ofThis?.recoveryMs !== undefined && ofThis.settledMs === 0;
    if (name !== "naive" || healthy) continue;
    await cluster.primary.admin(`ALTER USER '${account.user}'@'%' IDENTIFIED BY '${account.password}'`);
    await Promise.all(processes.map((one) => one.end("SIGKILL")));
    await Promise.all(processes.map((one) => one.start()));
  }
}
