import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { autoscaled, clinic, gib } from "./blueprints/clinic/index.ts";
import { exampleProps } from "./blueprints/clinic/testing.ts";
import { loadEnvironments } from "./environments/load.ts";
import { root } from "./rehearsal/place.ts";
import { synthesize } from "./synthesize.ts";

const readme = readFileSync(join(root, "README.md"), "utf8");

describe("the README", () => {
  it.each(["clinic-dev", "clinic-production"])("shows %s as it is, in 40 lines at most", (name) => {
    const file = readFileSync(join(import.meta.dirname, `environments/${name}.ts`), "utf8");
    expect(readme).toContain(file.trim());
    expect(file.trim().split("\n").length).toBeLessThanOrEqual(40);
  });

  it("shows what a refusal really says", () => {
    const mistaken = clinic({
      ...exampleProps,
      name: "dev",
      zones: ["eu-west-1a", "eu-west-1a"],
      instances: { type: "t4g.medium", min: 5, max: 4 },
      api: { ...exampleProps.api, capacity: autoscaled({ min: 2, max: 40 }) },
      database: { class: "db.t4g.medium", storage: gib(20), backupDays: 90 },
    });
    let said = "";
    try {
      synthesize([mistaken], { outdir: join(tmpdir(), "mainstay-readme-refusal") });
    } catch (error) {
      said = error instanceof Error ? error.message : "";
    }
    expect(readme).toContain(said);
    expect(said).toMatch(/^Refused: 4 problems/);
  });

  it("is all that a third environment takes: the one for production, with another name, domain and range", async () => {
    const [, production = ""] = /```ts\n(import \{[^`]*production: true[^`]*)```/.exec(readme) ?? [];
    const changes = [
      ['name: "production"', 'name: "staging"'],
      ["clinic.example.com", "clinic.example.org"],
      ['cidr: "10.20.0.0/16"', 'cidr: "10.40.0.0/16"'],
      // Where the file is does not matter to it.
      ["../blueprints/clinic/index.ts", join(import.meta.dirname, "blueprints/clinic/index.ts")],
    ] as const;
    for (const [before] of changes) expect(production).toContain(before);
    const third = changes.reduce((text, [before, after]) => text.replaceAll(before, after), production);
    const folder = mkdtempSync(join(tmpdir(), "third-"));
    try {
      writeFileSync(join(folder, "clinic-staging.ts"), third);
      const outdir = join(folder, "out");
      synthesize([...(await loadEnvironments()), ...(await loadEnvironments(folder))], { outdir });
      const stacks = readdirSync(join(outdir, "stacks"));
      const lives = (environment: string) =>
        stacks.filter((stack) => stack.startsWith(environment)).map((stack) => stack.replace(environment, ""));
      expect(lives("clinic-staging")).toEqual(lives("clinic-production"));
      expect(lives("clinic-staging").length).toBeGreaterThan(10);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("links to files that exist", () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path = ""]) => path);
    expect(links.length).toBeGreaterThan(15);
    expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});
