import { createRequire } from "node:module";
import { describe, expect, it } from "@jest/globals";
import { billOfMaterials } from "./sbom.ts";

const resolve = (name: string) => createRequire(import.meta.url).resolve(name);
const components = (files: readonly string[]) =>
  (billOfMaterials(files) as { components: { name: string; version: string; purl: string; licenses?: unknown }[] })
    .components;

describe("the bill of materials", () => {
  it("has Node and each package that a file comes from, once, with version and licence", () => {
    const found = components([resolve("koa"), resolve("koa"), resolve("jose"), import.meta.filename, "/nowhere/x.js"]);
    expect(found.map(({ name }) => name)).toEqual(["node", "jose", "koa"]);
    expect(found[0]).toMatchObject({ version: process.versions.node });
    expect(found[2]).toMatchObject({
      purl: expect.stringMatching(/^pkg:npm\/koa@3\./),
      licenses: [{ license: { id: "MIT" } }],
    });
  });

  it("writes the name of a scoped package as a purl wants it", () => {
    const [, api] = components([resolve("@opentelemetry/api")]);
    expect(api?.purl).toMatch(/^pkg:npm\/%40opentelemetry\/api@/);
  });

  it("is the same for the same files, in whatever order they come", () => {
    const files = [resolve("koa"), resolve("pino")];
    expect(billOfMaterials(files)).toEqual(billOfMaterials(files.toReversed()));
  });
});
