import { expect, it } from "@jest/globals";
import { Waiters } from "./waiters.ts";

const waiters = () => new Waiters<string>((reason) => new Error(reason));

it("serves in the order in which they came, and only those who still wait", async () => {
  const queue = waiters();
  expect(queue.serve("nobody")).toBe(false);
  const impatient = queue.add(1).catch(String);
  const [first, second] = [queue.add(60_000), queue.add(60_000)];
  expect(await impatient).toBe("Error: no-connection");
  expect(queue.size).toBe(2);
  expect([queue.serve("a"), queue.serve("b"), queue.serve("c")]).toEqual([true, true, false]);
  expect(await Promise.all([first, second])).toEqual(["a", "b"]);
});

it("refuses everybody at once", async () => {
  const queue = waiters();
  const all = [queue.add(60_000), queue.add(60_000)].map((one) => one.catch(String));
  queue.refuseAll("closed");
  expect(await Promise.all(all)).toEqual(["Error: closed", "Error: closed"]);
  expect(queue.size).toBe(0);
});
