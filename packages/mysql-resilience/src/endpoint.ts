import { classify, type ErrorKind, verdicts } from "./classify.ts";
import { Connector } from "./connector.ts";
import { DatabaseUnavailable, type UnavailableReason } from "./errors.ts";
import { Guard } from "./guard.ts";
import { ask, type Dial, type Dialled, type Dialling, type Link } from "./link.ts";
import type { Limits } from "./options.ts";
import { Shelf } from "./shelf.ts";
import type { CloseReason, EndpointName, FailoverSign, Telemetry } from "./telemetry.ts";
import { lifetimeOf, remaining } from "./timing.ts";
import { Waiters } from "./waiters.ts";

export interface EndpointOptions {
  readonly name: EndpointName;
  readonly dialling: Omit<Dialling, "signal" | "onRefresh">;
  readonly dial: Dial;
  readonly limits: Limits;
  /** Another identity at the same address means failover. */
  readonly oneServer: boolean;
  readonly telemetry: Telemetry;
}

/** What the connections to one address are doing now. */
export interface EndpointState {
  /** 1 at first; each sign of failover adds 1, and connections of an earlier one are not lent again. */
  readonly generation: number;
  /** `open`: the last attempts to connect have failed, and callers are refused at once where none is left. */
  readonly breaker: "open" | "closed";
  /** Connections at rest. */
  readonly idle: number;
  /** Connections that are lent. */
  readonly busy: number;
  /** Attempts to connect under way, and connections at rest that are being asked before they are lent. */
  readonly connecting: number;
  /** Callers without a connection yet; at most `limits.queue` beyond those for whom one can still be made. */
  readonly waiting: number;
}

/** The connections to one address: lent, taken back, and retired together when their server fails over. */
export class Endpoint {
  readonly #options: EndpointOptions;
  readonly #limits: Limits;
  readonly #connector: Connector;
  readonly #waiters: Waiters<Link>;
  readonly #closing = new AbortController();
  readonly #guard: Guard;
  readonly #shelf: Shelf;
  /** Connections at rest that are being asked. */
  #asking = 0;
  #generation = 1;
  #identity: string | undefined;
  #emptied: () => void = () => undefined;

  constructor(options: EndpointOptions) {
    const { name, limits, telemetry, dial } = options;
    this.#options = options;
    this.#limits = limits;
    this.#waiters = new Waiters((reason) => this.#refused(reason));
    this.#shelf = new Shelf(limits, ({ generation }, reason) => {
      telemetry.emit("connection-closed", { endpoint: name, generation, reason });
      if (this.#shelf.busy.size === 0) this.#emptied();
    });
    const onRefresh = () => telemetry.emit("credentials-refreshed", { endpoint: name });
    this.#connector = new Connector({
      name,
      limits,
      telemetry,
      dial,
      dialling: { ...options.dialling, signal: this.#closing.signal, onRefresh },
      generation: () => this.#generation,
      onConnected: (dialled, begun) => this.#connected(dialled, begun),
      onFailed: (kind, begun) => this.#failed(kind, begun),
      onReady: () => this.#grow(),
    });
    this.#guard = new Guard({
      limits,
      connector: this.#connector,
      busy: this.#shelf.busy,
      resting: this.#shelf.resting,
      generation: () => this.#generation,
      isKnown: (identity) => !options.oneServer || identity === this.#identity,
      raise: (reason, generation) => this.raise(reason, generation),
      retire: (link, reason) => this.#shelf.retire(link, reason),
      ask: () => this.#askOldest(),
    });
  }

  get state(): EndpointState {
    return {
      generation: this.#generation,
      breaker: this.#connector.open ? "open" : "closed",
      idle: this.#shelf.resting.length,
      busy: this.#shelf.busy.size,
      connecting: this.#connector.attempts + this.#asking,
      waiting: this.#waiters.size,
    };
  }

  /** Whether the server answered somebody of this generation within `ms`. */
  answeredWithin(ms: number): boolean {
    return this.#guard.heardWithin(ms) && !this.#connector.open;
  }

  /**
   * A connection of the youngest generation; give it back with {@link giveBack}.
   *
   * @throws {DatabaseUnavailable} at once when there is no hope or no room to wait, or after `ms`.
   */
  acquire(ms: number): Link | Promise<Link> {
    if (this.#closing.signal.aborted) throw this.#refused("closed");
    const link = this.#shelf.lendTrusted();
    if (link !== undefined) return link;
    if (this.#isHopeless()) throw this.#refused("breaker-open");
    const room = this.#limits.connections - this.#shelf.busy.size;
    if (this.#waiters.size >= this.#limits.queue + room) throw this.#refused("queue-full");
    const waiting = this.#waiters.add(ms);
    this.#grow();
    return waiting;
  }

  /** Takes `link` back; it is used again only when there is no `doubt`. */
  giveBack(link: Link, doubt?: CloseReason): void {
    this.#shelf.busy.delete(link);
    if (doubt === undefined) this.#offer(link);
    else this.#shelf.close(link, doubt);
    if (this.#waiters.size > 0) this.#grow();
  }

  /** Hears of an error that a lent connection gave. */
  report(link: Pick<Link, "generation">, error: unknown): void {
    const kind = classify(error);
    // WHY the role: that a replica refuses to write is a mistake of the caller, and no failover.
    const demoted = kind === "read-only" && this.#options.dialling.writer;
    if (kind === "lost" || kind === "unreachable" || demoted) this.raise(kind, link.generation);
  }

  timedOut(): void {
    this.#options.telemetry.emit("statement-timeout", { endpoint: this.#options.name });
  }

  /** Retires every connection of `generation`: those at rest at once, others when they come back. */
  raise(reason: FailoverSign, generation: number): void {
    if (generation !== this.#generation || this.#closing.signal.aborted) return;
    this.#generation += 1;
    this.#identity = undefined;
    this.#guard.forget();
    this.#connector.startOver(reason !== "moved");
    const endpoint = this.#options.name;
    this.#options.telemetry.emit("generation-raised", { endpoint, generation: this.#generation, reason });
    this.#shelf.retireAll("generation");
    this.#grow();
  }

  /** Asks a connection whether the server answers in its role, within `ms`. @throws {DatabaseUnavailable} */
  async check(ms: number): Promise<void> {
    const deadline = performance.now() + ms;
    const link = await this.acquire(ms);
    try {
      const left = remaining(this.#limits.pingMs, deadline, performance.now());
      await ask(link, this.#options.dialling.writer, left);
    } catch (error) {
      const kind = classify(error);
      this.raise(kind === "read-only" ? kind : "silent", link.generation);
      this.giveBack(link, kind);
      throw new DatabaseUnavailable(kind, this.#limits.healMaxMs, { cause: error });
    }
    this.#guard.answered();
    this.giveBack(link);
  }

  /** Lends no more, closes what rests, and waits up to `ms` for the rest. @returns how many had to be cut off */
  async close(ms: number): Promise<number> {
    this.#closing.abort();
    this.#guard.stop();
    this.#connector.close();
    this.#waiters.refuseAll("closed");
    this.#shelf.retireAll("pool-closed");
    if (this.#shelf.busy.size === 0) return 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#emptied = resolve;
    const timer = setTimeout(resolve, ms);
    await promise;
    clearTimeout(timer);
    const cut = [...this.#shelf.busy];
    for (const { socket } of cut) socket.destroy();
    return cut.length;
  }

  #refused(reason: UnavailableReason): DatabaseUnavailable {
    this.#options.telemetry.emit("lease-refused", { endpoint: this.#options.name, reason });
    const { lastFailure } = this.#connector;
    const cause = lastFailure === undefined ? {} : { cause: lastFailure };
    return new DatabaseUnavailable(reason, this.#limits.healMaxMs, cause);
  }

  /** Nobody will give a connection back, and none can be made. */
  #isHopeless(): boolean {
    return this.#connector.open && this.#shelf.size + this.#asking === 0;
  }

  /** Gives `link` to whoever waits longest. One that is not fit is closed. */
  #serve(link: Link): "served" | "closed" | "nobody" {
    const unfit = this.#whyUnfit(link);
    if (unfit !== undefined) {
      this.#shelf.close(link, unfit);
      return "closed";
    }
    if (!this.#waiters.serve(link)) return "nobody";
    this.#shelf.busy.add(link);
    return "served";
  }

  #offer(link: Link): void {
    if (this.#serve(link) === "nobody") this.#shelf.rest(link);
  }

  #whyUnfit(link: Link): CloseReason | undefined {
    if (link.generation !== this.#generation) return "generation";
    if (this.#closing.signal.aborted) return "pool-closed";
    if (link.socket.destroyed) return "lost";
    return performance.now() >= link.expiresAt ? "lifetime" : undefined;
  }

  /** Asks connections at rest, and makes new ones, until one is on its way for everybody who waits. */
  #grow(): void {
    while (this.#waiters.size > this.#asking + this.#connector.attempts) {
      const resting = this.#shelf.resting.pop();
      if (resting !== undefined) void this.#ask(resting);
      else if (this.#hasRoom() && this.#connector.ready) this.#connector.connect();
      else return;
    }
  }

  #hasRoom(): boolean {
    return this.#shelf.size + this.#asking + this.#connector.attempts < this.#limits.connections;
  }

  async #ask(link: Link): Promise<void> {
    this.#asking += 1;
    try {
      await ask(link, this.#options.dialling.writer, this.#limits.pingMs);
      this.#guard.answered();
      if (this.#serve(link) === "nobody") this.#shelf.restOn(link);
    } catch (error) {
      const kind = classify(error);
      // WHY not for a loss: a server ends connections that rest for too long, and the others may be well.
      if (kind === "silent" || kind === "read-only") this.raise(kind, link.generation);
      this.#shelf.close(link, kind);
    } finally {
      this.#asking -= 1;
      this.#grow();
    }
  }

  #connected(dialled: Dialled, begun: number): void {
    this.#admit(dialled, begun);
    this.#grow();
  }

  #admit(dialled: Dialled, begun: number): void {
    const { identity } = dialled.server;
    const isYoung = begun === this.#generation;
    const moved = isYoung && this.#options.oneServer && identity !== (this.#identity ?? identity);
    if (moved) this.raise("moved", begun);
    // WHY the generation when it was begun: what happened since may have happened to its server.
    const generation = moved ? this.#generation : begun;
    if (generation === this.#generation) this.#identity = identity;
    const now = performance.now();
    const { lifetimeMs, lifetimeJitter } = this.#limits;
    const expiresAt = now + lifetimeOf(lifetimeMs, lifetimeJitter, Math.random);
    const link: Link = {
      ...dialled,
      generation,
      expiresAt,
      idleSince: now,
      trustedAt: now,
      pendingSince: 0,
      bytesSeen: 0,
      lease: undefined,
      caughtUp: undefined,
    };
    dialled.socket.once("close", () => this.#shelf.retire(link, "ended"));
    this.#guard.answered();
    this.#options.telemetry.emit("connection-opened", { endpoint: this.#options.name, generation, identity });
    this.#offer(link);
  }

  #failed(kind: ErrorKind, begun: number): void {
    if (kind === "read-only" && this.#shelf.size > 0) this.raise(kind, begun);
    if (this.#shelf.busy.size + this.#asking > 0) return;
    const mendsItself = verdicts[kind].passing && kind !== "denied";
    if (this.#connector.open) this.#waiters.refuseAll("breaker-open");
    else if (!mendsItself) this.#waiters.refuseAll(kind);
  }

  #askOldest(): void {
    const oldest = this.#shelf.resting.shift();
    if (oldest !== undefined) void this.#ask(oldest);
  }
}
