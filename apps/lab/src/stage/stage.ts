import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Replicated, startReplicated } from "@mainstay/mysql-resilience/testing";
import { type SideName, sideNames } from "../sides.ts";
import { goFirst } from "./priority.ts";
import { accounts, type Side, startSide } from "./side.ts";

/** Patients that every side begins with, and that are read all the time. */
export const seeded = 20;

/** Everything that runs: one database in two servers, and two sides that use it. Loopback only. */
export interface Stage {
  readonly cluster: Replicated;
  readonly sides: readonly Side[];
  /** Lets the name of the database lead to the primary. */
  readonly follow: () => Promise<void>;
  readonly remove: () => Promise<void>;
}

export async function startStage(names: readonly SideName[] = sideNames): Promise<Stage> {
  const directory = await mkdtemp(join(tmpdir(), "mainstay-lab-"));
  const behind = goFirst();
  const cluster = await startReplicated({
    within: behind,
    synchronous: true,
    accounts: names.map((name) => accounts[name]),
    // The triggers of the audit log need it where there is a binary log, on RDS as well.
    options: ["--log-bin-trust-function-creators=1", "--max-connections=200", "--innodb-buffer-pool-size=64M"],
  });
  const sides: Side[] = [];
  // WHY settled: what one part has against its end must not keep the others.
  const remove = async () => {
    await Promise.allSettled(sides.map((side) => side.remove()));
    await Promise.allSettled([cluster.remove()]);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    for (const name of names) {
      sides.push(await startSide(name, cluster.primary.port, directory, behind));
      await seed(cluster, name);
    }
    const follow = async () => {
      await Promise.all(sides.map(({ network }) => network.tell("leadTo", cluster.primary.port)));
    };
    return { cluster, sides, follow, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function seed({ primary }: Replicated, schema: string): Promise<void> {
  await primary.admin(
    `INSERT INTO ${schema}.patients (family_name, given_name, birth_date)
     SELECT 'Known', CONCAT('Patient ', seq), '1980-01-01' FROM seq_1_to_${seeded}`,
  );
}
