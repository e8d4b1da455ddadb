import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { digestOfSources } from "./image.ts";
import { Place } from "./place.ts";
import { deployedStack, synthesizedStacks } from "./stacks.ts";
import { BusyError, takeTurn } from "./turn.ts";

let folder: string;
let place: Place;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "place-"));
  place = new Place(folder);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("Place", () => {
  it("writes a file that a shell can source, whatever is in the values", () => {
    place.writeShellFile({ ODD: "it's $HOME and `id`", GONE: undefined }, ["/a b/bin"]);
    const { stdout } = spawnSync("sh", ["-c", `GONE=1; . ${place.shellFile}; echo "$ODD/$GONE"; echo "$PATH"`], {
      encoding: "utf8",
    });
    const [values, path] = stdout.split("\n");
    expect(values).toBe("it's $HOME and `id`/");
    expect(path).toMatch(/^\/a b\/bin:./);
  });

  it("forgets stacks and states, and nothing else", () => {
    writeFileSync(join(folder, "local-aws.json"), "{}");
    place.forget();
    writeFileSync(place.stateOf("network"), "{}");
    place.forget();
    expect(existsSync(place.stateOf("network"))).toBe(false);
    expect(existsSync(join(folder, "local-aws.json"))).toBe(true);
  });
});

describe("stacks", () => {
  it("come after those that they read, and only those of the environment", () => {
    mkdirSync(place.output);
    const stack = (...dependencies: string[]) => ({ dependencies });
    const stacks = {
      "a-service": stack("a-data"),
      "a-data": stack("a-network"),
      "a-network": stack(),
      "b-data": stack(),
    };
    writeFileSync(join(place.output, "manifest.json"), JSON.stringify({ stacks }));
    expect(synthesizedStacks(place, "a")).toEqual(["a-network", "a-data", "a-service"]);
  });

  it("are read from their state, without what is only there for other stacks", () => {
    place.forget();
    const state = {
      resources: [
        { mode: "managed", instances: [{}, {}] },
        { mode: "data", instances: [{}] },
      ],
      outputs: { url: { value: "https://a" }, "cross-stack-output-vpc": { value: "vpc-1" } },
    };
    writeFileSync(place.stateOf("a-data"), JSON.stringify(state));
    expect(deployedStack(place, "a-data")).toEqual({ stack: "a-data", resources: 2, outputs: { url: "https://a" } });
  });
});

describe("takeTurn", () => {
  it("refuses a second one while the first is at work, and says who that is", async () => {
    await takeTurn(place, async () => {
      await expect(takeTurn(place, async () => 1)).rejects.toThrow(BusyError);
      await expect(takeTurn(place, async () => 1)).rejects.toThrow(`kill ${process.pid}`);
    });
    await expect(takeTurn(place, async () => 2)).resolves.toBe(2);
  });

  it("takes over from one that was killed", async () => {
    const { pid } = spawnSync("true");
    writeFileSync(join(folder, "at-work.pid"), String(pid));
    await expect(takeTurn(place, async () => 3)).resolves.toBe(3);
  });
});

describe("digestOfSources", () => {
  it("changes with a file's text or name, and with nothing else", () => {
    const sources = join(folder, "src");
    mkdirSync(join(sources, "inner"), { recursive: true });
    writeFileSync(join(sources, "inner/a.ts"), "1");
    const first = digestOfSources(sources);
    expect(first).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(digestOfSources(sources)).toBe(first);
    writeFileSync(join(sources, "inner/a.ts"), "2");
    const second = digestOfSources(sources);
    renameSync(join(sources, "inner/a.ts"), join(sources, "inner/b.ts"));
    expect(new Set([first, second, digestOfSources(sources)]).size).toBe(3);
  });
});
