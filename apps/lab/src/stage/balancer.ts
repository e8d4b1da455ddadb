import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { contract } from "@mainstay/contract";

export interface Balancer {
  readonly port: number;
  readonly remove: () => Promise<void>;
}

/**
 * haproxy with the health checks and timeouts of the contract. Where all are unhealthy it asks all, as an ALB does.
 *
 * @param port of the balancer
 * @param targets ports of the processes
 */
export async function startBalancer(directory: string, port: number, targets: readonly number[]): Promise<Balancer> {
  const path = join(directory, `haproxy-${port}.cfg`);
  const logPath = join(directory, `haproxy-${port}.log`);
  writeFileSync(path, balancerConfig(port, targets));
  const log = openSync(logPath, "a");
  const child = spawn("setpriv", ["--pdeathsig", "KILL", "haproxy", "-db", "-f", path], {
    stdio: ["ignore", log, log],
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
  });
  closeSync(log);
  await untilListening(child, port, logPath);
  return {
    port,
    async remove() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** What haproxy is told. */
export function balancerConfig(port: number, targets: readonly number[]): string {
  const { health, connection } = contract;
  const servers = (options: string) =>
    targets.map((target, index) => `  server api${index + 1} 127.0.0.1:${target}${options}`);
  return [
    "global",
    "  nbthread 1",
    "defaults",
    "  mode http",
    "  timeout connect 2s",
    `  timeout client ${connection.loadBalancerIdle}s`,
    `  timeout server ${connection.loadBalancerIdle}s`,
    `  timeout http-keep-alive ${connection.loadBalancerIdle}s`,
    `  timeout check ${health.timeout}s`,
    "  balance roundrobin",
    // A request that found no connection was not sent: another process may have it. Nothing else is repeated.
    "  retries 2",
    "  retry-on conn-failure",
    "  option redispatch 1",
    "frontend clients",
    `  bind 127.0.0.1:${port}`,
    "  use_backend anybody if { nbsrv(healthy) eq 0 }",
    "  default_backend healthy",
    "backend healthy",
    `  option httpchk GET ${health.readyPath}`,
    `  default-server check inter ${health.interval}s fall ${health.unhealthyThreshold} rise ${health.healthyThreshold}`,
    ...servers(""),
    "backend anybody",
    ...servers(""),
    "",
  ].join("\n");
}

async function untilListening(child: ChildProcess, port: number, logPath: string): Promise<void> {
  let failure: Error | undefined;
  child.once("error", (error) => {
    failure = new Error("haproxy cannot be started; on Debian: apt-get install haproxy", { cause: error });
  });
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (failure !== undefined) throw failure;
    if (child.exitCode !== null) break;
    const socket = connect(port, "127.0.0.1");
    const open = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return;
    await sleep(25);
  }
  child.kill("SIGKILL");
  throw new Error(`haproxy did not start:\n${readFileSync(logPath, "utf8").slice(-1000)}`);
}
