import { classify } from "./classify.ts";
import type { Connector } from "./connector.ts";
import { hangUp, type Link } from "./link.ts";
import type { Limits } from "./options.ts";
import type { CloseReason, FailoverSign } from "./telemetry.ts";
import { surplus } from "./timing.ts";
import { hearsAnything, isSuspect, oldestSent, watchEvery } from "./watch.ts";

/** What a guard sees of an endpoint, and may do to it. */
export interface Guarded {
  readonly limits: Limits;
  readonly connector: Connector;
  readonly busy: ReadonlySet<Link>;
  /** The one that rests longest comes first. */
  readonly resting: readonly Link[];
  readonly generation: () => number;
  /** Whether a server with this identity is the one that the youngest connections lead to. */
  readonly isKnown: (identity: string) => boolean;
  readonly raise: (reason: FailoverSign, generation: number) => void;
  readonly retire: (link: Link, reason: CloseReason) => void;
  /** Asks the connection that rests longest. */
  readonly ask: () => void;
}

/** Looks after what no caller notices: silence, a demotion that only reads would meet, limits of time. */
export class Guard {
  readonly #guarded: Guarded;
  readonly #timer: NodeJS.Timeout;
  #heardAt = Number.NEGATIVE_INFINITY;
  #roleCheckedAt = Number.NEGATIVE_INFINITY;
  #probing = false;

  constructor(guarded: Guarded) {
    this.#guarded = guarded;
    this.#timer = setInterval(() => this.#look(performance.now()), watchEvery(guarded.limits)).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** The server answered, in its role. */
  answered(): void {
    this.#heardAt = performance.now();
    this.#roleCheckedAt = this.#heardAt;
  }

  /** What was heard before is worth nothing any more. */
  forget(): void {
    this.#heardAt = Number.NEGATIVE_INFINITY;
  }

  heardWithin(ms: number): boolean {
    return performance.now() - this.#heardAt <= ms;
  }

  #look(now: number): void {
    const { busy, resting, limits, retire, ask } = this.#guarded;
    for (const { lease } of busy) lease?.look(now);
    for (const link of surplus(resting, limits, now)) retire(link, now >= link.expiresAt ? "lifetime" : "idle");
    const heard = [hearsAnything(busy), hearsAnything(resting)];
    if (heard.includes(true)) this.#heardAt = now;
    const quiet = { now, heardAt: this.#heardAt, silenceMs: limits.silenceMs, oldestPending: oldestSent(busy) };
    if (isSuspect(quiet)) void this.#probe();
    if (now - this.#roleCheckedAt >= limits.roleCheckMs) ask();
  }

  /** Asks on a new connection whether anybody is there; if not, those who wait for an answer need not wait longer. */
  async #probe(): Promise<void> {
    const { connector, busy, limits, isKnown, raise } = this.#guarded;
    if (this.#probing || connector.open) return;
    this.#probing = true;
    const begun = this.#guarded.generation();
    const waiting = [...busy].map((link) => ({ link, since: link.pendingSince })).filter(({ since }) => since > 0);
    const cutOff = () => {
      for (const { link, since } of waiting) if (link.pendingSince === since) link.socket.destroy();
    };
    try {
      const dialled = await connector.probe();
      hangUp(dialled, limits.pingMs);
      this.#heardAt = performance.now();
      if (!isKnown(dialled.server.identity)) {
        raise("moved", begun);
        cutOff();
      }
    } catch (error) {
      const kind = classify(error);
      // WHY: a server that refuses is alive, and the statements are only slow.
      if (kind === "unreachable" || kind === "lost" || kind === "silent") {
        raise("silent", begun);
        cutOff();
      }
    } finally {
      this.#probing = false;
    }
  }
}
