import { setTimeout as sleep } from "node:timers/promises";
import { baseRate } from "../load/rate.ts";
import { succeeded } from "../load/sample.ts";
import type { Traffic } from "../load/traffic.ts";
import { quantile } from "../report/figures.ts";
import type { Fault } from "./fault.ts";

/** Meanwhile the other side has hardly anything to do. */
const quietRate = 1;
/** Requests per second that are tried, until one is too much. */
const ladder = [100, 200, 400, 800, 1_600];
/** Slower than this, in milliseconds, shows a queue. */
const slow = 200;

/** One side after the other: together each would show the other's. */
const spikes = [
  {
    name: "spike",
    title: "Five times the load",
    tolerance: { slower: 3, settledMs: 5_000 },
    rate: async () => baseRate,
  },
  {
    name: "overload",
    title: "Five times the load, from a third of what can be served to more than that",
    // WHY so slow: load, balancer, database and API share the processors, and all of them are busy then.
    tolerance: { refusedReads: true, slower: 20, settledMs: 5_000 },
    rate: async (traffic: Traffic) => Math.round((await capacityOf(traffic)) / 3),
  },
];

/** More at once: all that can be served, and more than that. */
export const spikeFaults: readonly Fault[] = spikes.map(({ name, title, tolerance, rate }) => ({
  name,
  title,
  tolerance,
  async run({ traffic, short, steady, injected, healed, finished }) {
    for (const it of traffic.values()) it.setRate(quietRate);
    for (const [side, it] of traffic) {
      const usual = await rate(it);
      it.setRate(usual);
      steady(side);
      await sleep(short ? 1_500 : 10_000);
      injected(side);
      it.setRate(5 * usual);
      await sleep(short ? 3_000 : 20_000);
      it.setRate(usual);
      healed(side);
      await sleep(short ? 2_000 : 8_000);
      finished(side);
      it.setRate(quietRate);
    }
    for (const it of traffic.values()) it.setRate(baseRate);
  },
}));

/** Requests per second that this machine can answer now, with all that goes on beside. */
async function capacityOf(traffic: Traffic): Promise<number> {
  let capacity = ladder[0] ?? 0;
  for (const rate of ladder) {
    traffic.setRate(rate);
    const from = traffic.now() + 200;
    await sleep(800);
    const sent = traffic.samples.filter(({ at }) => at >= from);
    const answered = sent.filter((it) => succeeded(it)).map(({ ms }) => ms);
    const asked = (rate * (traffic.now() - from)) / 1000;
    if (answered.length < 0.8 * asked || quantile(answered, 0.9) > slow) break;
    capacity = rate;
  }
  traffic.setRate(quietRate);
  await sleep(1_000);
  return capacity;
}
