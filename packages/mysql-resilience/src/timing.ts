/** A number from 0 (included) to 1 (excluded), as `Math.random` gives. */
export type Random = () => number;

/**
 * How long one connection may live: between `(1 - jitter) * lifetime` and `lifetime`.
 *
 * WHY jitter: connections that were made together, after a failover, would end together for ever.
 */
export function lifetimeOf(lifetimeMs: number, jitter: number, random: Random): number {
  return lifetimeMs * (1 - jitter * random());
}

/** How often, and how far apart, something is tried again. */
export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/**
 * The pause before attempt `attempt` (0 is the first repeat): half of it is fixed, half of it chance.
 *
 * WHY the fixed half: a pause of next to nothing would ask a server that is starting as fast as it can refuse.
 */
export function pauseBefore(attempt: number, { firstMs, maxMs }: Backoff, random: Random): number {
  const whole = Math.min(maxMs, firstMs * 2 ** attempt);
  return whole / 2 + (whole / 2) * random();
}

/** What remains of `limitMs` when all has to end at `deadline`; at least 0. */
export function remaining(limitMs: number, deadline: number, now: number): number {
  return Math.max(0, Math.min(limitMs, deadline - now));
}

/** Connections in the pool that have outlived their use, oldest first. */
export interface Spare {
  readonly idleSince: number;
  readonly expiresAt: number;
}

/** What may rest in a pool, and for how long. */
export interface IdleLimits {
  readonly maxIdle: number;
  readonly idleMs: number;
}

/** How long the surplus over `maxIdle` may rest: bursts come in waves. */
const surplusMs = 1_000;

/** Which of the connections at rest are closed now; `spares` begin with the one that rests longest. */
export function surplus<T extends Spare>(spares: readonly T[], limits: IdleLimits, now: number): T[] {
  const old = spares.filter(({ idleSince, expiresAt }) => now >= expiresAt || now - idleSince >= limits.idleMs);
  const kept = spares.filter((spare) => !old.includes(spare));
  const excess = kept
    .slice(0, Math.max(0, kept.length - limits.maxIdle))
    .filter(({ idleSince }) => now - idleSince >= surplusMs);
  return [...old, ...excess];
}
