import { hangUp, type Link } from "./link.ts";
import type { Limits } from "./options.ts";
import type { CloseReason } from "./telemetry.ts";

/** Where connections rest, and which of them are lent. */
export class Shelf {
  /** The one that rests longest comes first; the last is lent first. */
  readonly resting: Link[] = [];
  readonly busy = new Set<Link>();
  readonly #limits: Limits;
  readonly #onClose: (link: Link, reason: CloseReason) => void;

  constructor(limits: Limits, onClose: (link: Link, reason: CloseReason) => void) {
    this.#limits = limits;
    this.#onClose = onClose;
  }

  get size(): number {
    return this.resting.length + this.busy.size;
  }

  /** Lends the connection that was used last, if it was well a moment ago. */
  lendTrusted(): Link | undefined {
    const link = this.resting.at(-1);
    if (link === undefined || performance.now() - link.trustedAt > this.#limits.trustIdleMs) return undefined;
    this.resting.pop();
    this.busy.add(link);
    return link;
  }

  /** Puts down a connection that was used. */
  rest(link: Link): void {
    link.idleSince = performance.now();
    link.trustedAt = link.idleSince;
    this.resting.push(link);
  }

  /** Puts down a connection that was only asked. WHY at the other end: to be asked is no use; it goes on resting. */
  restOn(link: Link): void {
    link.trustedAt = performance.now();
    this.resting.unshift(link);
  }

  /** Closes a connection that rests; one that is lent tells its user. */
  retire(link: Link, reason: CloseReason): void {
    const index = this.resting.indexOf(link);
    if (index < 0) return;
    this.resting.splice(index, 1);
    this.close(link, reason);
  }

  retireAll(reason: CloseReason): void {
    for (const link of this.resting.splice(0)) this.close(link, reason);
  }

  /** Closes a connection that has been taken off. */
  close(link: Link, reason: CloseReason): void {
    if (isPolite(reason)) hangUp(link, this.#limits.pingMs);
    else link.socket.destroy();
    this.#onClose(link, reason);
  }
}

/** A healthy connection that is only not needed any more. */
function isPolite(reason: CloseReason): boolean {
  return reason === "lifetime" || reason === "idle" || reason === "pool-closed";
}
