import { setTimeout as sleep } from "node:timers/promises";
import { baseRate } from "../load/rate.ts";
import type { Fault } from "./fault.ts";

/** Requests per second before a spike: a part of what two cores can answer while they run everything. */
const busyRate = 200;
/** Meanwhile the other side has hardly anything to do. */
const quietRate = 1;

/** One side after the other: together each would show the other's spike. */
export const spike: Fault = {
  name: "spike",
  title: "Five times the load",
  tolerance: { refusedReads: true, slower: 3 },
  async run({ traffic, short, injected, healed }) {
    for (const it of traffic.values()) it.setRate(quietRate);
    for (const [side, it] of traffic) {
      it.setRate(busyRate);
      await sleep(short ? 2_000 : 10_000);
      injected(side);
      it.setRate(5 * busyRate);
      await sleep(short ? 4_000 : 20_000);
      it.setRate(busyRate);
      healed(side);
      await sleep(short ? 2_000 : 6_000);
      it.setRate(quietRate);
    }
    for (const it of traffic.values()) it.setRate(baseRate);
  },
};
