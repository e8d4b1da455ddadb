import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { TcpProxy } from "@mainstay/mysql-resilience/testing";

/** What can be told to a network, with its words. */
type Orders = Pick<TcpProxy, "leadTo" | "silence" | "pass" | "cutAt">;
export type Told = { [Name in keyof Orders]: readonly [Name, ...Parameters<Orders[Name]>] }[keyof Orders];

/** The name of the database and the way there, in a process of its own: what sends the load has no time for it. */
export interface Network {
  readonly port: number;
  /** Resolves when it is so. As {@link TcpProxy} has it. */
  readonly tell: (...told: Told) => Promise<void>;
  readonly remove: () => Promise<void>;
}

/** @param target port of the database */
export async function startNetwork(target: number): Promise<Network> {
  const words = ["--no-warnings", new URL("network-process.ts", import.meta.url).pathname, String(target)];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const port = Number(await answerOf(child));
  let last: Promise<void> = Promise.resolve();
  return {
    port,
    async tell(...told) {
      // WHY one after the other: an answer does not say to what.
      const before = last;
      const answered = Promise.withResolvers<void>();
      last = answered.promise;
      await before;
      child.send(told);
      await answerOf(child).finally(answered.resolve);
    },
    async remove() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  try {
    const [answer] = await Promise.race([
      once(child, "message", { signal: ended.signal }),
      once(child, "exit", { signal: ended.signal }).then(() => {
        throw new Error("the network of the lab has ended");
      }),
    ]);
    return answer;
  } finally {
    ended.abort();
  }
}
