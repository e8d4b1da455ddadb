import { readFileSync } from "node:fs";
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
});
