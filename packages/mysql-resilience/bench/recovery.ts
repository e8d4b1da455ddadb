import { setTimeout as sleep } from "node:timers/promises";
import { createResilientPool } from "../src/index.ts";
import { type Lab, place, startLab } from "../src/testing/lab.ts";
import { caughtUp } from "../src/testing/mariadb.ts";
import { createNaivePool, type Layer } from "../src/testing/naive.ts";

/**
 * How long after a failover writes succeed again, for this layer and for mysql2's pool as it is usually used: the same faults, the
 * same load, in one run. The clock starts when the new primary takes writes and the name leads to it. Words choose among the faults
 * and layers by a part of their names: `node bench/recovery.ts reset layer`.
 */
const rounds = Number(process.env.ROUNDS ?? 3);
const chosen = process.argv.slice(2);
const giveUpMs = 15_000;
const writers = 8;

const faults: Record<string, (lab: Lab) => Promise<void>> = {
  "demoted to read-only": async () => undefined,
  "silent, nothing closed": async (lab) => {
    lab.network.silence();
    await sleep(1_500);
  },
  "every connection reset": async (lab) => {
    await lab.network.refuse();
    await sleep(1_500);
  },
};
const layers = { "this layer": createResilientPool, "naive mysql2": createNaivePool };

console.log(`seconds until writes succeed again, each of ${rounds} rounds; errors seen by ${writers} writers`);
for (const [fault, strike] of Object.entries(faults)) {
  for (const [name, create] of Object.entries(layers)) {
    if (!chosen.every((word) => `${fault} ${name}`.includes(word))) continue;
    const results: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const lab = await startLab<Layer>(create, giveUpMs);
      results.push(await recovery(lab, strike));
      await lab.tidy();
      await lab.remove();
    }
    console.log(`  ${fault.padEnd(24)} ${name.padEnd(14)} ${results.join(", ")}`);
  }
}

async function recovery(lab: Lab, strike: (lab: Lab) => Promise<void>): Promise<string> {
  const layer = await lab.open();
  const stop = new AbortController();
  const acknowledged: string[] = [];
  let errors = 0;
  let recoveredAt: (() => void) | undefined;
  const write = async (writer: number) => {
    for (let count = 0; !stop.signal.aborted; count += 1) {
      try {
        acknowledged.push(await place(layer, `${writer}-${count}`));
        recoveredAt?.();
      } catch {
        errors += 1;
        await sleep(20);
      }
    }
  };
  for (let writer = 0; writer < writers; writer += 1) void write(writer);
  while (acknowledged.length < 100) await sleep(5);
  await strike(lab);
  await lab.cluster.switchOver();
  lab.follow();
  lab.network.pass();
  await lab.network.accept();
  const begun = performance.now();
  const recovered = new Promise<string>((resolve) => {
    recoveredAt = () => resolve(((performance.now() - begun) / 1000).toFixed(2));
  });
  const seconds = await Promise.race([recovered, sleep(giveUpMs, `not in ${giveUpMs / 1000}`)]);
  stop.abort();
  return `${seconds} (${errors} errors, ${await lost(lab, acknowledged)} lost)`;
}

async function lost(lab: Lab, acknowledged: readonly string[]): Promise<number> {
  await caughtUp(lab.cluster.primary, lab.cluster.replica);
  const rows = await lab.cluster.primary.admin<{ request: string }>("SELECT request FROM orders");
  const stored = new Set(rows.map(({ request }) => request));
  return acknowledged.filter((request) => !stored.has(request)).length;
}
