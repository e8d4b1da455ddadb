import { once } from "node:events";
import { createServer } from "node:net";

/**
 * A port of the loopback address that is free now.
 *
 * WHY: below 32768, from where no system hands out ports for outgoing connections: it stays free while its server restarts.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, "127.0.0.1"), "listening");
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
