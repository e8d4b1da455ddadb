import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { variants } from "./variants.ts";
import { copyWorkspace, packagesUsing, testFiles, withCatalog, withoutDependencies } from "./workspace.ts";

const root = join(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "mainstay-workspace-"));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("withCatalog", () => {
  const yaml = 'packages: [a]\ncatalog:\n  "@cdktf/provider-aws": 20.1.0\n  cdktf: 0.21.0\n  cdktf-cli: 0.21.0\n';

  it("changes the versions that are named, and no other line", () => {
    expect(withCatalog(yaml, { cdktf: "npm:cdktn@0.24.0" })).toBe(
      yaml.replace("  cdktf: 0.21.0", '  "cdktf": npm:cdktn@0.24.0'),
    );
  });

  it("refuses a name that the catalog does not have once, so that no copy stays as it was", () => {
    expect(() => withCatalog(yaml, { cdktn: "1" })).toThrow("names cdktn 0 times");
    expect(() => withCatalog(yaml + yaml, { cdktf: "1" })).toThrow("names cdktf 2 times");
  });

  it("knows every name of every variant in the project's own file", () => {
    const own = readFileSync(join(root, "pnpm-workspace.yaml"), "utf8");
    for (const { catalog } of variants) {
      const lines = withCatalog(own, catalog).split("\n");
      for (const [name, version] of Object.entries(catalog)) expect(lines).toContain(`  "${name}": ${version}`);
    }
  });
});

describe("copyWorkspace", () => {
  it("copies sources, leaves out what is made, and empties the place before", () => {
    const [from, to] = [join(folder, "from"), join(folder, "to")];
    for (const name of [
      "packages/a/src/a.ts",
      "packages/a/node_modules/b",
      "packages/a/.results/x",
      ".mainstay/y",
      ".ci/run",
    ]) {
      write(from, name, "1");
    }
    write(from, "package.json", JSON.stringify({ devDependencies: { "cdktf-cli": "1", jest: "2" } }));
    write(from, "pnpm-workspace.yaml", "catalog:\n  cdktf: 0.21.0\n");
    write(to, "packages/gone/src/old.ts", "1");
    copyWorkspace(from, to, { cdktf: "1.2.3" });
    const there = (name: string) => existsSync(join(to, name));
    expect(["packages/a/src/a.ts", ".ci/run", "tsconfig.json"].filter((name) => !there(name))).toEqual([]);
    expect(["packages/a/node_modules", "packages/a/.results", ".mainstay", "packages/gone"].filter(there)).toEqual([]);
    expect(readFileSync(join(to, "pnpm-workspace.yaml"), "utf8")).toContain('"cdktf": 1.2.3');
    expect(JSON.parse(readFileSync(join(to, "package.json"), "utf8"))).toEqual({ devDependencies: { jest: "2" } });
  });

  it("leaves the other fields of a manifest alone", () => {
    expect(JSON.parse(withoutDependencies('{"name":"x","type":"module"}', ["a"]))).toMatchObject({
      name: "x",
      type: "module",
    });
  });
});

describe("packagesUsing", () => {
  it("finds those that name a dependency, wherever they do, and their test files", () => {
    write(folder, "packages/a/package.json", '{"dependencies":{"cdktf":"catalog:"}}');
    write(folder, "packages/b/package.json", '{"devDependencies":{"cdktf":"catalog:"}}');
    write(folder, "packages/c/package.json", '{"dependencies":{"cdktf-cli":"catalog:"}}');
    write(folder, "apps/d/package.json", '{"dependencies":{"cdktf":"catalog:"}}');
    expect(packagesUsing(folder, ["cdktf"]).toSorted()).toEqual(["apps/d", "packages/a", "packages/b"]);
    for (const name of ["inner/x.test.ts", "x.ts", "y.lifecycle.ts"]) write(folder, `packages/a/src/${name}`, "");
    expect(testFiles(folder, ["packages/a"])).toEqual([join(folder, "packages/a/src/inner/x.test.ts")]);
  });

  it("has all modules and the app, and not the API", () => {
    const found = packagesUsing(root, ["cdktf", "@cdktf/provider-aws"]);
    expect(found).toEqual(expect.arrayContaining(["packages/core", "packages/vpc", "packages/rds", "apps/infra"]));
    expect(found).not.toContain("apps/api");
  });
});

function write(base: string, name: string, text: string): void {
  mkdirSync(dirname(join(base, name)), { recursive: true });
  writeFileSync(join(base, name), text);
}
