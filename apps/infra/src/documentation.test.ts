import { existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { autoscaled, clinic, gib } from "./blueprints/clinic/index.ts";
import { exampleProps } from "./blueprints/clinic/testing.ts";
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

  it("links to files that exist", () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path = ""]) => path);
    expect(links.length).toBeGreaterThan(15);
    expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});
