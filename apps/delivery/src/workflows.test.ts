import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { commands } from "./commands/all.ts";
import { wordsOf } from "./commands/words.ts";
import { root } from "./places.ts";

const workflow = (name: string) => readFileSync(join(root, `.github/workflows/${name}.yml`), "utf8");
const names = ["plan", "deploy", "deploy-environment", "deploy-development", "image", "drift", "destroy"];

describe("the workflows", () => {
  it.each(names)("%s types only what delivery understands", (name) => {
    const lines = [...workflow(name).matchAll(/npm run --silent (delivery --|policy --) (.*)$/gm)];
    for (const [, script = "", line = ""] of lines) {
      const words = line
        .replaceAll(/"\$\{?\w+(:\+[^}]*)?\}?"/g, "")
        .trim()
        .split(/\s+/);
      const [command = "", ...args] = script.startsWith("policy") ? ["policy", ...words] : words;
      expect(Object.keys(commands)).toContain(command);
      // WHY without their values: those are variables of the shell, which have gone.
      const options = args.filter((word) => word.startsWith("--") && word !== "--unchanged");
      const given = options.flatMap((option) => [option, values[option] ?? "1"]);
      expect(() => wordsOf(["shop-dev", ...given], {})).not.toThrow();
    }
    expect(name === "deploy" || lines.length > 0).toBe(true);
  });

  it.each(["deploy-environment", "deploy-development"])("%s has time to put back what it has applied", (name) => {
    const jobs = workflow(name)
      .split(/^ {2}(?=[a-z-]+:$)/m)
      .filter((job) => job.includes("put-back"));
    expect(jobs).toHaveLength(1);
    const [job = ""] = jobs;
    const whole = Number(/^ {4}timeout-minutes: (\d+)$/m.exec(job)?.[1]);
    const steps = [...job.matchAll(/^ {6}[- ] timeout-minutes: (\d+)$/gm)].map(([, minutes]) => Number(minutes));
    const waiting = [...job.matchAll(/--patience (\d+)$/gm)].map(([, seconds]) => Number(seconds) / 60);
    expect(waiting).toEqual([15, 15]);
    // Each step that works on AWS has its own time, and what is before them gets ten minutes.
    expect(steps).toHaveLength([...job.matchAll(/ delivery -- /g)].length);
    expect(steps.reduce((sum, minutes) => sum + minutes, 10)).toBeLessThanOrEqual(whole);
    const [, touches = 0, running = 0, putBack = 0] = steps;
    // A role's session ends after an hour.
    expect(touches + (steps[0] ?? 0)).toBeLessThan(60);
    expect(running).toBeGreaterThan(15);
    expect(putBack).toBeGreaterThan(2 * 15);
    const before = (what: RegExp) => job.slice(0, job.search(what)).split("role-to-assume").length - 1;
    expect([before(/-- (apply|deploy) /), before(/-- running/), before(/-- put-back/)]).toEqual([1, 2, 3]);
  });

  it("hands the digest of an image to whoever looks whether it runs", () => {
    for (const name of ["deploy-environment", "deploy-development"]) {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's
      expect(workflow(name)).toContain('running "$ENVIRONMENT" --image "${API_DIGEST:+api=$API_DIGEST}"');
    }
  });
});

/** Values that an option of a workflow could have. */
const values: Readonly<Record<string, string>> = {
  "--image": "",
  "--approved": "{}",
  "--before": "{}",
  "--applied": "[]",
};
