import { setTimeout as sleep } from "node:timers/promises";
import { everySide, type Fault, type Scene } from "./fault.ts";

/** What it takes a managed database to notice; short, as its length only shifts what follows. */
const noticed = ({ short }: Scene) => sleep(short ? 1_500 : 5_000);

const primaryKilled: Fault = {
  name: "primary-killed",
  title: "The primary is killed, the replica promoted",
  async run(scene) {
    const { cluster, follow } = scene.stage;
    scene.injected();
    await cluster.primary.crash();
    await noticed(scene);
    await cluster.promote();
    await follow();
    scene.healed();
  },
};

const primarySilent: Fault = {
  name: "primary-silent",
  title: "The primary falls silent (packets dropped, no RST), the replica is promoted",
  async run(scene) {
    const { cluster, follow } = scene.stage;
    await everySide(scene.stage, ({ network }) => network.tell("silence"));
    scene.injected();
    await noticed(scene);
    // As a managed database does it: what is not heard is switched off before another takes its place.
    await cluster.primary.crash();
    await cluster.promote();
    await follow();
    await everySide(scene.stage, ({ network }) => network.tell("pass"));
    scene.healed();
  },
};

const demoted: Fault = {
  name: "demoted",
  title: "The primary becomes read-only and keeps its connections, the replica is promoted",
  async run(scene) {
    const { cluster, follow } = scene.stage;
    scene.injected();
    await cluster.switchOver();
    await follow();
    scene.healed();
    await noticed(scene);
  },
};

const connectionLimit: Fault = {
  name: "connection-limit",
  title: "The server has room for two connections only",
  async run({ stage, short, injected, healed }) {
    const { primary } = stage.cluster;
    const limit = (count: number) =>
      everySide(stage, ({ account }) =>
        primary.admin(`ALTER USER '${account.user}'@'%' WITH MAX_USER_CONNECTIONS ${count}`),
      );
    await limit(2);
    injected();
    await everySide(stage, ({ account }) => primary.admin(`KILL CONNECTION USER '${account.user}'`));
    await sleep(short ? 3_000 : 15_000);
    await limit(0);
    healed();
  },
};

const slowQueries: Fault = {
  name: "slow-queries",
  title: "Statements about patients wait for a lock",
  async run({ stage, short, injected, healed }) {
    const { primary } = stage.cluster;
    const tables = stage.sides.map(({ account }) => `${account.database}.patients WRITE`).join(", ");
    injected();
    await primary.adminLocked(tables, short ? 3_000 : 15_000);
    healed();
  },
};

const credentialsRotated: Fault = {
  name: "credentials-rotated",
  title: "The password is changed, and connections end",
  async run({ stage, injected, healed }) {
    const { primary } = stage.cluster;
    const password = `rotated-${Date.now()}`;
    injected();
    await everySide(stage, async ({ account, rotate }) => {
      await primary.admin(`ALTER USER '${account.user}'@'%' IDENTIFIED BY '${password}'`);
      // A moment later, as it is when a secret and a database are changed by somebody else.
      await sleep(300);
      rotate(password);
      await primary.admin(`KILL CONNECTION USER '${account.user}'`);
    });
    healed();
  },
};

const lostCommit: Fault = {
  name: "lost-commit",
  title: "Connections are cut at COMMIT, before the server sees it and after it has answered",
  async run({ stage, short, injected, healed }) {
    injected();
    for (let round = 0; round < (short ? 6 : 40); round += 1) {
      const when = round % 2 === 0 ? "after" : "before";
      await everySide(stage, ({ network }) => network.tell("cutAt", "COMMIT", when));
      await sleep(400);
    }
    healed();
  },
};

const databaseAway: Fault = {
  name: "database-away",
  title: "The database is away for two minutes",
  async run({ stage, short, injected, healed }) {
    const { primary } = stage.cluster;
    injected();
    await primary.crash();
    await sleep(short ? 4_000 : 120_000);
    await primary.restart();
    healed();
  },
};

export const databaseFaults: readonly Fault[] = [
  primaryKilled,
  primarySilent,
  demoted,
  connectionLimit,
  slowQueries,
  credentialsRotated,
  lostCommit,
  databaseAway,
];
