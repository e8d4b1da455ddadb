import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { settle } from "./options.ts";

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

describe("the README", () => {
  const readme = read("README.md");

  it("names tests that exist", () => {
    const files = ["src", "src/testing"].flatMap((folder) =>
      readdirSync(new URL(`../${folder}`, import.meta.url)).map((file) => `${folder}/${file}`),
    );
    const tests = files.filter((file) => /\.(test|lifecycle)\.ts$|scenarios\.ts$/.test(file));
    const source = tests.map(read).join("\n");
    const table = readme.slice(readme.indexOf("## What it promises"), readme.indexOf("Recovery: while"));
    const names = [...table.matchAll(/^\|[^|]+\|([^|]+)\|/gm)]
      .flatMap(([, column = ""]) => [...column.matchAll(/`([^`]+)`/g)])
      .map(([, name = ""]) => name.replace(/ \.\.\.$/, ""));
    expect(names.length).toBeGreaterThan(12);
    for (const name of names) {
      const exists = name.endsWith(".ts") ? tests.includes(`src/${name}`) : source.includes(`"${name}`);
      expect([name, exists]).toEqual([name, true]);
    }
  });

  it("gives the defaults that hold", () => {
    const { limits, retry } = settle({ connection: {}, credentials: { user: "", password: "" } });
    const values = new Map(
      Object.entries({ ...limits, ...retry, maxIdle: "half" }).map(([name, value]) => [name, String(value)]),
    );
    const rows = readme.matchAll(/^\| (`[^|]+`) +\| ([^|]+) \|$/gm);
    const seen: string[] = [];
    for (const [, group = "", defaults = ""] of rows) {
      const names = [...group.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name).filter((name) => name !== "retry");
      if (!names.every((name) => values.has(name))) continue;
      const written = defaults.split(", ").map((text) => text.replace(/\(.*\)/, "").replaceAll(" ", ""));
      expect(written).toEqual(names.map((name) => values.get(name)));
      seen.push(...names);
    }
    expect(new Set(seen)).toEqual(new Set(values.keys()));
  });
});

describe("the docstrings", () => {
  const exported = [...read("src/index.ts").matchAll(/export (?:type )?\{([^}]+)\} from "\.\/(.+?)"/g)].flatMap(
    ([, names = "", file = ""]) => names.split(",").map((name) => [name.replace("type ", "").trim(), file] as const),
  );

  it.each(exported.filter(([name]) => name !== ""))("say what %s is, and each of its members", (name, file) => {
    const lines = read(`src/${file}`).split("\n");
    const from = lines.findIndex((line) =>
      new RegExp(`^export (?:async )?(?:interface|class|type|function|const) ${name}\\b`).test(line),
    );
    const undocumented = (index: number) => !lines[index - 1]?.trimEnd().endsWith("*/");
    const to = lines.findIndex((line, index) => index > from && /^[})]/.test(line));
    const declares = /^export (?:interface|class)/.test(lines[from] ?? "");
    // What `Error` has needs no words.
    const member = /^ {2}(?!constructor|override|super|\/|\*)\S.*[;{]$/;
    const members = declares
      ? lines.slice(from + 1, to).flatMap((line, at) => (member.test(line) ? [from + 1 + at] : []))
      : [];
    expect(from).toBeGreaterThan(-1);
    expect([from, ...members].filter(undocumented).map((index) => lines[index])).toEqual([]);
  });
});
