import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { DatabaseUnavailable, LeaseExpired, NeverSent, OutcomeUnknown, StatementTimeout } from "./errors.ts";
import { settle } from "./options.ts";
import { decide, Repeater } from "./repeat.ts";
import { Telemetry } from "./telemetry.ts";

const lost = Object.assign(new Error("lost"), { code: "PROTOCOL_CONNECTION_LOST", fatal: true });
const deadlock = Object.assign(new Error("deadlock"), { errno: 1213 });
const readOnly = Object.assign(new Error("--read-only"), { errno: 1290 });
const syntax = Object.assign(new Error("syntax"), { errno: 1064 });
const away = new DatabaseUnavailable("breaker-open", 1);
const read = { idempotent: true, atomic: false, completed: 0 };
const transaction = { idempotent: false, atomic: true, completed: 0 };
const write = { idempotent: false, atomic: false, completed: 0 };

describe("item 6: what is repeated", () => {
  it.each([
    [lost, "repeat", "repeat", "unknown"],
    [new StatementTimeout(), "repeat", "repeat", "unknown"],
    [new NeverSent(), "repeat", "repeat", "repeat"],
    [readOnly, "repeat", "repeat", "repeat"],
    [deadlock, "repeat", "repeat", "repeat"],
    [syntax, "give-up", "give-up", "give-up"],
    [away, "give-up", "give-up", "give-up"],
    [new LeaseExpired(), "give-up", "give-up", "unknown"],
    [new TypeError("mine"), "give-up", "give-up", "give-up"],
  ] as const)("%s: a read %s, a transaction %s, a write %s", (error, ofRead, ofTransaction, ofWrite) => {
    expect(decide(error, read)).toBe(ofRead);
    expect(decide(error, transaction)).toBe(ofTransaction);
    expect(decide(error, write)).toBe(ofWrite);
  });

  it("never a write of which a part was done", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(lost, readOnly, deadlock, syntax, away),
        fc.integer({ min: 1, max: 9 }),
        (error, completed) => {
          expect(decide(error, { ...write, completed })).not.toBe("repeat");
        },
      ),
    );
  });
});

describe("the repeater", () => {
  const repeater = (retry: object = {}) => {
    const settings = settle({
      connection: {},
      credentials: { user: "", password: "" },
      retry: { firstMs: 1, maxMs: 1, ...retry },
    });
    const telemetry = new Telemetry();
    const one = new Repeater(settings.retry, 7, telemetry);
    const later = () => performance.now() + 60_000;
    const run = (work: (attempt: number) => Promise<unknown>, deadline = later(), progress = read) =>
      one.run("read", deadline, work, (error) => decide(error, progress));
    return { one, run, telemetry };
  };
  const failing = (times: number, error: unknown) => async (attempt: number) => {
    if (attempt < times) throw error;
    return attempt;
  };

  it("repeats what may pass, as often as it may, and numbers the attempts", async () => {
    const { run, telemetry } = repeater({ repeats: 3 });
    expect(await run(failing(3, lost))).toBe(3);
    expect(telemetry.counters()).toEqual({ "retry.read.lost": 3 });
    await expect(run(failing(4, lost))).rejects.toMatchObject({
      name: "DatabaseUnavailable",
      reason: "lost",
      retryAfterMs: 7,
      cause: lost,
    });
  });

  it("gives the caller an error of SQL as it is", async () => {
    const { run, telemetry } = repeater();
    await expect(run(failing(1, syntax))).rejects.toBe(syntax);
    expect(telemetry.counters()).toEqual({});
  });

  it("says that the outcome is unknown when it is, and repeats nothing then", async () => {
    const { run } = repeater();
    await expect(run(failing(1, lost), undefined, write)).rejects.toMatchObject({
      name: "OutcomeUnknown",
      cause: lost,
    });
    const known = new OutcomeUnknown("key", { cause: lost });
    const { one } = repeater();
    await expect(one.run("write", performance.now() + 60_000, failing(1, known), () => "unknown")).rejects.toBe(known);
  });

  it("keeps to a budget over all work", async () => {
    const { one, run, telemetry } = repeater({ reserve: 2, ratio: 0, repeats: 5 });
    await expect(run(failing(9, lost))).rejects.toBeInstanceOf(DatabaseUnavailable);
    await expect(run(failing(9, lost))).rejects.toBeInstanceOf(DatabaseUnavailable);
    expect(telemetry.counters()).toEqual({ "retry-refused.read.lost": 2, "retry.read.lost": 2 });
    expect(one.saved).toBe(0);
  });

  it("begins nothing after the deadline, and nothing when there are no repeats", async () => {
    const { run, telemetry } = repeater();
    await expect(run(failing(1, lost), performance.now())).rejects.toBeInstanceOf(DatabaseUnavailable);
    const never = repeater({ repeats: 0 });
    await expect(never.run(failing(1, lost))).rejects.toBeInstanceOf(DatabaseUnavailable);
    expect([telemetry.counters(), never.telemetry.counters()]).toEqual([{}, {}]);
  });
});
