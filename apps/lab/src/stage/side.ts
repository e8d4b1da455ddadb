import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { contract, variables } from "@mainstay/contract";
import { type Account, freePort } from "@mainstay/mysql-resilience/testing";
import type { SideName } from "../sides.ts";
import { type ApiProcess, createApiProcess } from "./api-process.ts";
import { type Balancer, startBalancer } from "./balancer.ts";
import { type Disk, startDisk } from "./disk.ts";
import { type Network, startNetwork } from "./network.ts";

/** Only for tokens and databases of the lab, which live as long as it does. */
export const tokenKey = "only-for-the-lab-only-for-the-lab-only-for-the-lab";

export const accounts: Readonly<Record<SideName, Account>> = {
  ours: { user: "ours", password: "only-for-the-lab", database: "ours" },
  naive: { user: "naive", password: "only-for-the-lab", database: "naive" },
};

/** Two processes behind a load balancer, with a schema, a disk and a network of their own. */
export interface Side {
  readonly name: SideName;
  readonly account: Account;
  /** The name of the database, which follows the primary. */
  readonly network: Network;
  readonly processes: readonly [ApiProcess, ApiProcess];
  readonly balancer: Balancer;
  readonly disk: Disk;
  /** Writes what new connections enter the database with. Only our side looks. */
  readonly rotate: (password: string) => void;
  readonly remove: () => Promise<void>;
}

/** @param behind words before what serves: it goes behind what sends */
export async function startSide(
  name: SideName,
  primaryPort: number,
  directory: string,
  behind: readonly string[],
): Promise<Side> {
  const account = accounts[name];
  const network = await startNetwork(primaryPort);
  const disk = await startDisk(join(directory, `documents-${name}`));
  const secretPath = join(directory, `credentials-${name}.json`);
  const rotate = (password: string) =>
    writeFileSync(secretPath, JSON.stringify({ username: account.user, password }), { mode: 0o600 });
  rotate(account.password);
  const entry = {
    ours: { [variables.databaseCredentialsFile]: secretPath },
    naive: { [variables.databaseUser]: account.user, [variables.databasePassword]: account.password },
  }[name];
  const create = (port: number) =>
    createApiProcess({
      side: name,
      port,
      logPath: join(directory, `api-${name}-${port}.log`),
      within: [...behind, ...disk.within],
      environment: {
        [variables.port]: String(port),
        [variables.databaseHost]: "127.0.0.1",
        [variables.databasePort]: String(network.port),
        [variables.databaseName]: account.database,
        ...entry,
        [variables.documentsDirectory]: disk.path,
        [variables.tokenKey]: tokenKey,
        [variables.trustedProxies]: "0",
        [variables.rateLimit]: "10000000",
        [variables.logLevel]: "warn",
        // As in the image.
        NODE_OPTIONS: "--max-semi-space-size=2",
      },
    });
  const processes = [create(await freePort()), create(await freePort())] as const;
  // WHY one after the other: the first migrates.
  for (const one of processes) await one.start();
  const balancer = await startBalancer(
    directory,
    await freePort(),
    processes.map(({ port }) => port),
  );
  return {
    name,
    account,
    network,
    processes,
    balancer,
    disk,
    rotate,
    async remove() {
      const processesEnd = processes.map((one) => one.end("SIGKILL"));
      await Promise.allSettled([balancer.remove(), ...processesEnd, network.remove()]);
      await disk.remove();
    },
  };
}

/** How long a shutdown by the contract takes at most, in milliseconds. */
export const shutdownMs = contract.shutdown.stopTimeout * 1000;
