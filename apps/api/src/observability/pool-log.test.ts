import diagnosticsChannel from "node:diagnostics_channel";
import { expect, it } from "@jest/globals";
import { channelName } from "@mainstay/mysql-resilience";
import { pino } from "pino";
import { logPoolEvents } from "./pool-log.ts";

it("the log tells of failovers, and of no key and no connection", () => {
  const lines: unknown[] = [];
  const log = pino({ base: null, timestamp: false }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const stop = logPoolEvents(log);
  const channel = diagnosticsChannel.channel(channelName);
  channel.publish({ event: "generation-raised", endpoint: "writer", generation: 2, reason: "silent" });
  channel.publish({ event: "connection-opened", endpoint: "writer", generation: 2, identity: "db-1" });
  channel.publish({ event: "outcome-resolved", idempotencyKey: "Ada Lovelace", committed: true });
  stop();
  channel.publish({ event: "breaker-opened", endpoint: "writer" });
  expect(lines).toEqual([
    { level: 40, event: "generation-raised", reason: "silent", generation: 2, msg: "database" },
    { level: 30, event: "outcome-resolved", msg: "database" },
  ]);
});
