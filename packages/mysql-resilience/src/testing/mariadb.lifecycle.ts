import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { engineInUse } from "./engine.ts";
import { caughtUp, type Replicated, startReplicated } from "./mariadb.ts";

const accounts = [{ user: "clerk", password: "only-for-tests", database: "office" }];
/** MySQL is not here: then the replica may be a moment behind. */
const synchronous = engineInUse().name === "mariadb";
let cluster: Replicated;

beforeAll(async () => {
  cluster = await startReplicated({ synchronous, accounts });
  await cluster.primary.admin("CREATE TABLE letters (id INT PRIMARY KEY)");
});
afterAll(() => cluster?.remove());

it("a replica that is promoted has what its primary acknowledged, and the old one follows it", async () => {
  for (const round of [1, 2]) {
    const { primary } = cluster;
    for (let id = round * 100; id < round * 100 + 20; id += 1) {
      await primary.admin("INSERT INTO letters VALUES (?)", [id]);
    }
    if (!synchronous) await caughtUp(primary, cluster.replica);
    await primary.crash();
    await cluster.promote();
    expect(cluster.primary).not.toBe(primary);
    expect(await cluster.primary.admin("SELECT COUNT(*) AS letters FROM letters")).toEqual([{ letters: round * 20 }]);
    await cluster.rejoin();
    await caughtUp(cluster.primary, primary);
    expect(await primary.admin("SELECT COUNT(*) AS letters FROM letters")).toEqual([{ letters: round * 20 }]);
  }
});
