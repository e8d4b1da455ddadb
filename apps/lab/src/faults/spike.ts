import { setTimeout as sleep } from "node:timers/promises";
import { baseRate } from "../load/rate.ts";
import type { Fault } from "./fault.ts";

/** Five times the load, for one side after the other: together they would show each other's. */
export const spike: Fault = {
  name: "spike",
  title: "Five times the load",
  tolerance: { refusedReads: true },
  async run({ traffic, short, injected, healed }) {
    injected();
    for (const it of traffic.values()) it.setRate(5 * baseRate);
    await sleep(short ? 4_000 : 20_000);
    for (const it of traffic.values()) it.setRate(baseRate);
    healed();
  },
};
