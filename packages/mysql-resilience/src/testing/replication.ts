import { type Engine, engineInUse } from "./engine.ts";

/** How one server follows another, in the words of its engine. */
export interface Replication {
  /** Options of every server that may be primary or replica. */
  readonly options: readonly string[];
  /**
   * Further ones, so that a primary acknowledges what two servers have. One without a replica waits for nobody. `undefined`: the
   * engine cannot.
   */
  readonly synchronous: readonly string[] | undefined;
  /** Options of a server that starts to be a replica, though it may have been the primary. */
  readonly rejoin: readonly string[];
  /** Makes a server that follows nobody follow the one at this port. */
  readonly follow: (port: number, login: { readonly user: string; readonly password: string }) => readonly string[];
  readonly start: string;
  readonly stop: string;
  /** One row with columns `received` and `replayed`, equal when a replica has done all that it has heard of. */
  readonly status: string;
  readonly columns: { readonly received: string; readonly replayed: string };
  /** What a primary has committed, as `gtid`. */
  readonly position: string;
  /** Waits on a replica, for 20 s at most, for that position: `?`. */
  readonly wait: string;
}

const mariadb: Replication = {
  options: ["--log-bin=binlog", "--log-slave-updates"],
  synchronous: [
    "--rpl-semi-sync-master-enabled=1",
    "--rpl-semi-sync-slave-enabled=1",
    "--rpl-semi-sync-master-wait-point=AFTER_SYNC",
    "--rpl-semi-sync-master-timeout=20000",
    "--rpl-semi-sync-master-wait-no-slave=0",
  ],
  // WHY the role: at start it takes back what it had not finished; the new primary has it, or nobody was told of it.
  rejoin: ["--init-rpl-role=SLAVE", "--skip-slave-start", "--read-only=1"],
  follow: (port, { user, password }) => [
    // WHY: what it has is what it logged; by itself it would count only what it logged under its present id.
    "SET GLOBAL gtid_slave_pos = @@global.gtid_binlog_pos",
    `CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=${port}, MASTER_USER='${user}',
     MASTER_PASSWORD='${password}', MASTER_USE_GTID=slave_pos, MASTER_CONNECT_RETRY=1`,
    "START SLAVE",
  ],
  start: "START SLAVE",
  stop: "STOP SLAVE",
  status: "SHOW SLAVE STATUS",
  columns: { received: "Read_Master_Log_Pos", replayed: "Exec_Master_Log_Pos" },
  position: "SELECT @@global.gtid_binlog_pos AS gtid",
  wait: "SELECT MASTER_GTID_WAIT(?, 20)",
};

/** MySQL 8.0.23 and later. */
const mysql: Replication = {
  options: ["--log-bin=binlog"],
  // WHY: semi-synchronous replication is a plugin, which the packages of the bare server leave out.
  synchronous: undefined,
  rejoin: ["--skip-replica-start", "--read-only=1"],
  follow: (port, { user, password }) => [
    `CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT=${port}, SOURCE_USER='${user}',
     SOURCE_PASSWORD='${password}', SOURCE_AUTO_POSITION=1, SOURCE_CONNECT_RETRY=1, GET_SOURCE_PUBLIC_KEY=1`,
    "START REPLICA",
  ],
  start: "START REPLICA",
  stop: "STOP REPLICA",
  status: "SHOW REPLICA STATUS",
  columns: { received: "Read_Source_Log_Pos", replayed: "Exec_Source_Log_Pos" },
  position: "SELECT @@global.gtid_executed AS gtid",
  wait: "SELECT WAIT_FOR_EXECUTED_GTID_SET(?, 20)",
};

const replications: Readonly<Record<Engine["name"], Replication>> = { mariadb, mysql };

export const replicationInUse = (): Replication => replications[engineInUse().name];
