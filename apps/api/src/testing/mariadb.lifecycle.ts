import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "@jest/globals";
import { createDatabase, DatabaseUnavailable } from "../database.ts";

describe("a private MariaDB", () => {
  it("goes with the process that started it, even when that is killed", async () => {
    const script = `
      import { readdirSync } from "node:fs";
      import { tmpdir } from "node:os";
      import { startMariadb } from ${JSON.stringify(new URL("mariadb.ts", import.meta.url).href)};
      process.env.TMPDIR = process.argv[1];
      const { config } = await startMariadb();
      console.log(JSON.stringify({ config, directory: tmpdir() + "/" + readdirSync(tmpdir())[0] }));
      setInterval(() => undefined, 1000);`;
    const { directory: own, remove } = await temporary();
    const owner = spawn(process.execPath, ["--input-type=module", "--eval", script, own], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(owner.stdout, "data");
    const { config, directory } = JSON.parse(String(line));
    const database = createDatabase(config);
    await database.ping();
    expect(existsSync(directory)).toBe(true);

    owner.kill("SIGKILL");
    for (let attempt = 0; attempt < 50 && existsSync(directory); attempt += 1) await sleep(50);
    expect(existsSync(directory)).toBe(false);
    await expect(database.query("SELECT 1")).rejects.toThrow(DatabaseUnavailable);
    await database.close();
    await remove();
  }, 20_000);
});

async function temporary() {
  const { mkdtemp, rm } = await import("node:fs/promises");
  const { tmpdir } = await import("node:os");
  const directory = await mkdtemp(`${tmpdir()}/mainstay-owner-`);
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}
