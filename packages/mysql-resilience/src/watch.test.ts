import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { settle } from "./options.ts";
import { hearsAnything, isSuspect, oldestSent, watchEvery } from "./watch.ts";

it("suspects a server only when a statement waits and nobody has heard anything, both for long enough", () => {
  const time = fc.integer({ min: 0, max: 10_000 });
  fc.assert(
    fc.property(time, fc.option(time, { nil: undefined }), time, (now, oldestPending, heardAt) => {
      const suspect = isSuspect({ now, oldestPending, heardAt, silenceMs: 1_000 });
      expect(suspect).toBe(oldestPending !== undefined && oldestPending <= now - 1_000 && heardAt <= now - 1_000);
    }),
  );
});

it("hears what came since it last listened, on any connection", () => {
  const quiet = { socket: { bytesRead: 5 }, bytesSeen: 5 };
  const talking = { socket: { bytesRead: 9 }, bytesSeen: 5 };
  const links = [quiet, talking] as never[];
  expect(hearsAnything(links)).toBe(true);
  expect(hearsAnything(links)).toBe(false);
  expect(hearsAnything([])).toBe(false);
});

it("knows the oldest statement that waits", () => {
  expect(oldestSent([])).toBeUndefined();
  expect(oldestSent([{ pendingSince: 0 }, { pendingSince: 7 }, { pendingSince: 3 }])).toBe(3);
});

it("looks at least ten times in every span that it guards", () => {
  const span = fc.integer({ min: 100, max: 10_000 });
  fc.assert(
    fc.property(span, span, span, (silenceMs, statementMs, roleCheckMs) => {
      const { limits } = settle({
        connection: {},
        credentials: { user: "", password: "" },
        limits: { silenceMs, statementMs, roleCheckMs },
      });
      const every = watchEvery(limits);
      expect(every * 10).toBeLessThanOrEqual(Math.min(silenceMs, statementMs, roleCheckMs, limits.leaseMs));
      expect(every).toBeGreaterThanOrEqual(10);
    }),
  );
});
