import { describe, expect, it } from "@jest/globals";
import { batchedLookup } from "./batch.ts";

/** A lookup that waits to be let go, and remembers what it was asked for. */
function lookup() {
  const asked: (readonly number[])[] = [];
  const gates: PromiseWithResolvers<void>[] = [];
  const load = async (keys: readonly number[]) => {
    asked.push(keys);
    const gate = Promise.withResolvers<void>();
    gates.push(gate);
    await gate.promise;
    return new Map(keys.filter((key) => key !== 404).map((key) => [key, `found ${key}`]));
  };
  return { load, asked, gates };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("a batch", () => {
  it("has all that were asked for in one turn, each once, and answers each", async () => {
    const { load, asked, gates } = lookup();
    const find = batchedLookup(load, { most: 10, atOnce: 1 });
    const answers = Promise.all([1, 2, 1, 404].map(find));
    await turn();
    expect(asked).toEqual([[1, 2, 404]]);
    gates[0]?.resolve();
    expect(await answers).toEqual(["found 1", "found 2", "found 1", undefined]);
  });

  it("gathers while another is on its way, and is never larger than allowed", async () => {
    const { load, asked, gates } = lookup();
    const find = batchedLookup(load, { most: 2, atOnce: 1 });
    const first = find(1);
    await turn();
    const others = Promise.all([2, 3, 4].map(find));
    await turn();
    expect(asked).toEqual([[1]]);
    gates[0]?.resolve();
    await first;
    await turn();
    expect(asked).toEqual([[1], [2, 3]]);
    gates[1]?.resolve();
    await turn();
    await turn();
    expect(asked.at(-1)).toEqual([4]);
    gates[2]?.resolve();
    expect(await others).toHaveLength(3);
  });

  it("that fails fails for those in it, and not for the next", async () => {
    let fail = true;
    const find = batchedLookup(
      async (keys: readonly number[]) => {
        if (fail) throw new Error("away");
        return new Map(keys.map((key) => [key, key]));
      },
      { most: 10, atOnce: 2 },
    );
    await expect(Promise.allSettled([find(1), find(2)])).resolves.toMatchObject([
      { status: "rejected" },
      { status: "rejected" },
    ]);
    fail = false;
    expect(await find(1)).toBe(1);
  });
});
