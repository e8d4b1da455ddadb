import { startProxy } from "@mainstay/mysql-resilience/testing";
import type { Told } from "./network.ts";

/** The network before a database, in a process of its own. */

const proxy = await startProxy(Number(process.argv[2]));
process.on("message", (told: Told) => {
  const [what, ...words] = told;
  (proxy[what] as (...given: readonly unknown[]) => void)(...words);
  process.send?.("done");
});
// WHY: a lab that is killed leaves nothing behind.
process.on("disconnect", () => process.exit(1));
process.send?.(proxy.port);
