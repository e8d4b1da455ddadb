import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { commands } from "./commands/all.ts";
import { options } from "./commands/words.ts";
import { root } from "./places.ts";
import { pages, type Typed, typedIn } from "./testing/pages.ts";

const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
};
const typed = pages.flatMap(typedIn);

/** An `npm run`, taken apart. */
interface Run {
  readonly script: string;
  readonly args: readonly string[];
}

function runOf({ words: [npm, run, ...more] }: Typed): Run | undefined {
  if (npm !== "npm" || run !== "run") return undefined;
  const [script = "", ...args] = more.filter((word) => word !== "-s" && word !== "--silent");
  return { script, args: args.filter((word) => word !== "--") };
}

const runs = typed.flatMap((one) => {
  const run = runOf(one);
  return run === undefined ? [] : [{ ...one, ...run }];
});
const ofScript = (...names: readonly string[]) => runs.filter(({ script }) => names.includes(script));
const optionsOf = ({ args }: Run) =>
  args.filter((word) => word.startsWith("-")).map((word) => word.split("=")[0] ?? "");

/** What a program says of itself. */
function helpOf(program: string, ...words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, [...words, "--help"], { cwd: root, encoding: "utf8" });
  return status === 0 ? stdout + stderr : "";
}
const node = (...words: readonly string[]) => helpOf(process.execPath, "--no-warnings", ...words);

/** Options that a help does not have, as whole words. */
const unknownTo = (help: string, run: Run) =>
  optionsOf(run).filter((option) => !new RegExp(`(^|[\\s,[])${option}(?![\\w-])`, "m").test(help));

describe("what the pages for the night tell people to type", () => {
  it("is found at all", () => {
    expect(new Set(typed.map(({ page }) => page))).toContain("docs/operations/rollback.md");
    expect(ofScript("delivery").length).toBeGreaterThan(3);
    expect(ofScript("recover").length).toBeGreaterThan(2);
  });

  it.each(typed.map(({ page, text, words }) => [text, page, words[0]] as const))(
    "`%s` of %s is a program that there is",
    (_text, _page, program) => {
      expect([
        "npm",
        "aws",
        "terraform",
        "git",
        "curl",
        "dig",
        "cd",
        "export",
        "source",
        "cdktf",
        "openssl",
        "grep",
      ]).toContain(program);
    },
  );

  it.each(runs.map(({ page, text, script }) => [text, page, script] as const))(
    "`%s` of %s is a script of package.json",
    (_text, _page, script) => {
      expect(["start", "test", ...Object.keys(scripts)]).toContain(script);
    },
  );

  it.each(ofScript("delivery").map((run) => [run.text, run] as const))("`%s` is a command of delivery", (_, run) => {
    const [command = ""] = run.args;
    expect(Object.keys(commands)).toContain(command);
    expect(optionsOf(run).filter((option) => !Object.hasOwn(options, option.slice(2)))).toEqual([]);
  });

  it.each(ofScript("policy").map((run) => [run.text, run] as const))("`%s` has options of delivery", (_, run) => {
    expect(optionsOf(run).filter((option) => !Object.hasOwn(options, option.slice(2)))).toEqual([]);
  });

  it.each(ofScript("mainstay").map((run) => [run.text, run] as const))("`%s` is a command of mainstay", (_, run) => {
    const help = node("apps/cli/src/main.ts", run.args[0] ?? "");
    expect(help).toContain(`mainstay ${run.args[0]}`);
    expect(unknownTo(help, run)).toEqual([]);
  });

  it("has only options that recovery knows", () => {
    const help = node("apps/infra/src/recovery/main.ts");
    expect(ofScript("recover").flatMap((run) => unknownTo(help, run))).toEqual([]);
    expect(unknownTo(help, { script: "recover", args: ["--break"] })).toEqual(["--break"]);
  });

  it.each(["deploy", "diff", "destroy"])("has only options that cdktf %s knows", (command) => {
    const cdktf = scripts[command]?.includes("cdktf") === true || command === "deploy";
    expect(cdktf).toBe(true);
    const asked = ofScript(command).filter((run) => optionsOf(run).length > 0);
    const help = asked.length === 0 ? "" : helpOf("cdktf", command);
    expect(asked.flatMap((run) => unknownTo(help, run))).toEqual([]);
  });

  it.each(typed.filter(({ words }) => words[0] === "aws").map(({ text, words }) => [text, words] as const))(
    "`%s` names its region, since a shell may have another",
    (_, words) => {
      expect(words[1] === "sts" || words.includes("--region")).toBe(true);
    },
  );

  it("gives Terraform the digest that it asks for, before everything is taken down", () => {
    for (const page of pages) {
      const all = typedIn(page).map(({ text }) => text);
      const destroys = all.findIndex((text) => text.startsWith("npm run destroy -- 'clinic-"));
      const given = all.findIndex((text) => text.startsWith("export TF_VAR_api_image_digest="));
      expect(destroys < 0 || (given >= 0 && given < destroys)).toBe(true);
    }
  });
});
