import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { lifetimeOf, pauseBefore, remaining, surplus } from "./timing.ts";

const random = fc.double({ min: 0, max: 0.999_999, noNaN: true });
const ms = fc.integer({ min: 1, max: 1_000_000 });

it("a lifetime is at most the limit, and shorter by no more than the jitter", () => {
  fc.assert(
    fc.property(ms, fc.double({ min: 0, max: 1, noNaN: true }), random, (limit, jitter, chance) => {
      const lifetime = lifetimeOf(limit, jitter, () => chance);
      expect(lifetime).toBeLessThanOrEqual(limit);
      expect(lifetime).toBeGreaterThanOrEqual(limit * (1 - jitter));
    }),
  );
  expect(lifetimeOf(1000, 0.2, () => 0.1)).not.toBe(lifetimeOf(1000, 0.2, () => 0.9));
});

it("a pause is never above the maximum, never below half of what it would be without chance, and does not shrink", () => {
  fc.assert(
    fc.property(fc.nat({ max: 60 }), ms, ms, random, (attempt, firstMs, maxMs, chance) => {
      const whole = Math.min(maxMs, firstMs * 2 ** attempt);
      const pause = pauseBefore(attempt, { firstMs, maxMs }, () => chance);
      expect(pause).toBeLessThanOrEqual(maxMs);
      expect(pause).toBeGreaterThanOrEqual(whole / 2);
      expect(pauseBefore(attempt + 1, { firstMs, maxMs }, () => chance)).toBeGreaterThanOrEqual(pause);
    }),
  );
});

it("what remains never passes the deadline, nor the limit, nor zero", () => {
  fc.assert(
    fc.property(ms, fc.integer(), fc.integer(), (limit, deadline, now) => {
      const left = remaining(limit, deadline, now);
      expect(left).toBeGreaterThanOrEqual(0);
      expect(left).toBeLessThanOrEqual(limit);
      expect(left === 0 || now + left <= deadline).toBe(true);
    }),
  );
});

describe("the surplus", () => {
  const limits = { maxIdle: 2, idleMs: 10_000 };
  const now = 100_000;
  const at = (idleSince: number, expiresAt = Number.POSITIVE_INFINITY) => ({ idleSince, expiresAt });

  it("is what has expired, what rested for too long, and the oldest above the limit", () => {
    const expired = at(99_999, 99_999);
    const tired = at(90_000);
    const extra = at(95_000);
    const kept = [at(96_000), at(99_000)];
    expect(surplus([tired, extra, ...kept, expired], limits, now)).toEqual([tired, expired, extra]);
  });

  it("spares a burst for a second", () => {
    const fresh = [at(99_500), at(99_600), at(99_700)];
    expect(surplus(fresh, limits, now)).toEqual([]);
  });

  it("never names one twice, and leaves nothing that has expired", () => {
    const spare = fc.record({
      idleSince: fc.integer({ min: 80_000, max: now }),
      expiresAt: fc.integer({ min: 90_000, max: 110_000 }),
    });
    fc.assert(
      fc.property(fc.array(spare, { maxLength: 20 }), (unsorted) => {
        const spares = unsorted.toSorted((a, b) => a.idleSince - b.idleSince);
        const gone = surplus(spares, limits, now);
        expect(new Set(gone).size).toBe(gone.length);
        const left = spares.filter((one) => !gone.includes(one));
        expect(left.every(({ expiresAt, idleSince }) => expiresAt > now && now - idleSince < limits.idleMs)).toBe(true);
        expect(left.filter(({ idleSince }) => now - idleSince >= 1_000).length).toBeLessThanOrEqual(limits.maxIdle);
      }),
    );
  });
});
