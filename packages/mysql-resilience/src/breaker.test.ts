import { expect, it, jest } from "@jest/globals";
import { ConnectBreaker } from "./breaker.ts";

function breaker(failures: number) {
  const events: string[] = [];
  const one = new ConnectBreaker(failures, { onOpen: () => events.push("open"), onClose: () => events.push("close") });
  const fail = () => one.attempt(() => Promise.reject(new Error("refused"))).catch(() => undefined);
  const succeed = () => one.attempt(() => Promise.resolve());
  return { one, events, fail, succeed };
}

it("opens after failures in a row, and each attempt afterwards may close it, whatever the clock says", async () => {
  const { one, events, fail, succeed } = breaker(3);
  await fail();
  await fail();
  await succeed();
  await fail();
  await fail();
  expect(one.open).toBe(false);
  await fail();
  expect(one.open).toBe(true);
  await fail();
  expect(one.open).toBe(true);
  await succeed();
  expect(one.open).toBe(false);
  expect(events).toEqual(["open", "open", "close"]);
});

it("is not held open by a clock that was set back", async () => {
  const { one, fail, succeed } = breaker(1);
  const clock = jest.spyOn(Date, "now");
  await fail();
  clock.mockReturnValue(0);
  await succeed();
  clock.mockRestore();
  expect(one.open).toBe(false);
});

it("that was armed opens at the first failure, and a success disarms it", async () => {
  const { one, fail, succeed } = breaker(3);
  one.arm();
  await succeed();
  await fail();
  expect(one.open).toBe(false);
  one.arm();
  await fail();
  expect(one.open).toBe(true);
});
