import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { contract, variables } from "@mainstay/contract";

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

describe("the Dockerfile", () => {
  const dockerfile = read("Dockerfile");

  it("says what the contract says", () => {
    const { interval, timeout, retries, startPeriod } = contract.containerHealth;
    expect(dockerfile).toContain(`\nUSER ${contract.user}:${contract.user}\n`);
    expect(dockerfile).toContain(`\nEXPOSE ${contract.port}\n`);
    expect(dockerfile).toContain(
      `\nHEALTHCHECK --interval=${interval}s --timeout=${timeout}s --retries=${retries} --start-period=${startPeriod}s CMD [`,
    );
    expect(dockerfile).toContain("\nSTOPSIGNAL SIGTERM\n");
  });

  it("needs no shell: every command is a list", () => {
    const commands = dockerfile.match(/^(RUN|CMD|ENTRYPOINT|HEALTHCHECK .* CMD) .*$/gm) ?? [];
    expect(commands).toHaveLength(4);
    for (const command of commands) expect(command).toMatch(/(RUN|CMD|ENTRYPOINT) \["node"|CMD \["\/app\/main\.mjs"\]/);
  });
});

describe("the README", () => {
  it("explains each variable of the contract, and no other", () => {
    const rows = [...read("README.md").matchAll(/^\| `([A-Z_]+)` +\|/gm)].map(([, name]) => name);
    expect(rows).toHaveLength(Object.values(variables).length);
    expect(new Set(rows)).toEqual(new Set(Object.values(variables)));
  });

  it("names tests that there are, for each promise", () => {
    const promises = read("README.md").split("## Promises")[1]?.split("## Variables")[0] ?? "";
    const lab = new URL("../../lab/src", import.meta.url);
    const there = [import.meta.dirname, lab].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: "utf8" }),
    );
    const rows = promises
      .split("\n")
      .filter((line) => /^\| [^-]/.test(line))
      .slice(1);
    expect(rows.length).toBeGreaterThan(15);
    for (const row of rows) {
      const named = [...row.matchAll(/`([\w./-]+\.ts)`/g)].map(([, file]) => file ?? "");
      expect(named).not.toEqual([]);
      for (const file of named.filter((name) => !name.startsWith("bench/"))) {
        expect(there.some((path) => `/${path}`.endsWith(`/${file}`))).toBe(true);
      }
    }
  });
});
