import { afterEach, beforeEach, expect, it, jest } from "@jest/globals";
import { hedge } from "./hedge.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** Attempts that end when the test says so. */
function manual() {
  const attempts: PromiseWithResolvers<string>[] = [];
  const attempt = () => {
    const one = Promise.withResolvers<string>();
    attempts.push(one);
    return one.promise;
  };
  return { attempts, attempt };
}

it("starts the next attempt while one hangs, takes the first success and discards the late one", async () => {
  const { attempts, attempt } = manual();
  const discarded: string[] = [];
  const winner = hedge({ attempt, everyMs: 1, limit: 2, discard: (late) => discarded.push(late) });
  await jest.advanceTimersByTimeAsync(1);
  attempts[1]?.resolve("second");
  expect(await winner).toBe("second");
  attempts[0]?.resolve("first");
  await attempts[0]?.promise;
  await Promise.resolve();
  expect(discarded).toEqual(["first"]);
  expect(attempts).toHaveLength(2);
});

it("goes on with fresh attempts as others end, and never has more at a time", async () => {
  const { attempts, attempt } = manual();
  const reached = async (count: number) => {
    await jest.advanceTimersByTimeAsync(50);
    expect(attempts).toHaveLength(count);
  };
  const winner = hedge({ attempt, everyMs: 1, limit: 3, discard: () => undefined });
  await reached(3);
  for (const count of [4, 5, 6]) {
    attempts[count - 4]?.reject(new Error("timed out"));
    await reached(count);
  }
  attempts[5]?.resolve("at last");
  expect(await winner).toBe("at last");
});

it("ends at once when nothing is under way any more, without the attempts that are left", async () => {
  let attempts = 0;
  const refused = hedge({
    attempt: () => Promise.reject(new Error(`refused ${++attempts}`)),
    everyMs: 60_000,
    limit: 5,
    discard: () => undefined,
  });
  await expect(refused).rejects.toThrow("refused 1");
  expect(attempts).toBe(1);
});

it("waits for those that are under way when one fails", async () => {
  const { attempts, attempt } = manual();
  const winner = hedge({ attempt, everyMs: 1, limit: 2, discard: () => undefined });
  await jest.advanceTimersByTimeAsync(1);
  attempts[0]?.reject(new Error("first"));
  attempts[1]?.resolve("second");
  expect(await winner).toBe("second");
});
