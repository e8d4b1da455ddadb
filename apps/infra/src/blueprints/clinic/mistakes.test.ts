import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { RefusedError, synthesize } from "../../synthesize.ts";
import { clinic } from "./index.ts";
import { mistakes } from "./mistakes.ts";
import { exampleProps, productionProps } from "./testing.ts";

/** What is said of each mistake, word for word. */
const said: Readonly<Record<string, readonly string[]>> = JSON.parse(
  readFileSync(join(import.meta.dirname, "mistakes.json"), "utf8"),
);
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mistakes-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("a mistake in an environment", () => {
  it("has a message for each of the forty and more", () => {
    expect(mistakes.length).toBeGreaterThan(60);
    expect(Object.keys(said)).toEqual(mistakes.map(({ what }) => what));
  });

  it.each(mistakes)("$what: is refused in these words, and nothing is written", ({ what, props }) => {
    const outdir = join(folder, "out");
    expect(refusal(props, outdir)).toEqual(said[what]);
    expect(existsSync(outdir)).toBe(false);
  });

  it("is none where there is nothing wrong", () => {
    const outdir = join(folder, "sound");
    synthesize([clinic(exampleProps), clinic({ ...productionProps, name: "prod" })], { outdir });
    expect(readdirSync(join(outdir, "stacks")).length).toBeGreaterThan(12);
  });

  it("is said together with all others, of all environments", () => {
    const some = mistakes.filter(({ what }) => !what.startsWith("a name")).slice(0, 40);
    const together = refused(() =>
      synthesize(
        some.map(({ props }, index) => clinic({ ...(props as typeof exampleProps), name: `e${index}` })),
        { outdir: join(folder, "out") },
      ),
    );
    const lines = together.split("\n").slice(1);
    const counted = some.map(({ what }, index) => {
      const own = (line: string) => line.startsWith(`  clinic-e${index}:`) || line.startsWith(`  clinic-e${index}-`);
      return [what, lines.filter(own).length];
    });
    expect(counted).toEqual(some.map(({ what }) => [what, said[what]?.length]));
  });
});

/** The lines of the refusal, without the name of the environment. */
function refusal(props: unknown, outdir: string): string[] {
  const message = refused(() => synthesize([clinic(props as typeof exampleProps)], { outdir }));
  expect(message).toMatch(/^Refused: (1 problem|\d+ problems)\. Nothing was written\.$/m);
  return message
    .split("\n")
    .slice(1)
    .map((line) => line.trim());
}

function refused(action: () => void): string {
  try {
    action();
  } catch (error) {
    if (error instanceof RefusedError) return error.message;
    throw error;
  }
  return "";
}
