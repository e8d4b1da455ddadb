import { ConnectBreaker } from "./breaker.ts";
import { classify, type ErrorKind } from "./classify.ts";
import { hedge } from "./hedge.ts";
import { type Dial, type Dialled, type Dialling, hangUp } from "./link.ts";
import type { Limits } from "./options.ts";
import type { EndpointName, Telemetry } from "./telemetry.ts";
import { pauseBefore } from "./timing.ts";

export interface ConnectorOptions {
  readonly name: EndpointName;
  readonly dialling: Dialling;
  readonly dial: Dial;
  readonly limits: Limits;
  readonly telemetry: Telemetry;
  /** The generation to which a connection belongs that is begun now. */
  readonly generation: () => number;
  readonly onConnected: (dialled: Dialled, begun: number) => void;
  readonly onFailed: (kind: ErrorKind, begun: number) => void;
  /** It is worth trying again. */
  readonly onReady: () => void;
}

/** Makes connections: one attempt per call while that works; at its own pace, whoever asks, while it does not. */
export class Connector {
  readonly #options: ConnectorOptions;
  readonly #limits: Limits;
  readonly #breaker: ConnectBreaker;
  readonly #timers = new Set<NodeJS.Timeout>();
  #attempts = 0;
  /** Failed attempts in a row. */
  #failures = 0;
  /** WHY no time: a timer may fire a little before the clock says so, and nobody would come again. */
  #paused = false;
  #announced = false;
  #lastFailure: unknown;

  constructor(options: ConnectorOptions) {
    this.#options = options;
    this.#limits = options.limits;
    this.#breaker = new ConnectBreaker(options.limits.breakerFailures, {
      onOpen: () => this.#opened(),
      onClose: () => this.#closed(),
    });
  }

  /** Attempts under way. */
  get attempts(): number {
    return this.#attempts;
  }

  get open(): boolean {
    return this.#breaker.open;
  }

  /** Why the last attempt failed; `undefined` after a success. */
  get lastFailure(): unknown {
    return this.#lastFailure;
  }

  /** Whether an attempt makes sense now. If not, `onReady` will be called. */
  get ready(): boolean {
    return !this.open && !this.#paused;
  }

  connect(): void {
    void this.#attempt(() => this.#dial(this.#limits.connectMs));
  }

  /** Forgets what failed before; `alarmed`: the next failure opens the breaker. */
  startOver(alarmed: boolean): void {
    this.#failures = 0;
    this.#paused = false;
    if (alarmed) this.#breaker.arm();
  }

  /** One attempt with little patience, that opens the breaker when it fails. The caller owns the connection. */
  probe(): Promise<Dialled> {
    this.#breaker.arm();
    return this.#breaker.attempt(() => this.#dial(this.#limits.pingMs));
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  async #dial(ms: number): Promise<Dialled> {
    try {
      const dialled = await this.#options.dial(this.#options.dialling, ms);
      this.#lastFailure = undefined;
      return dialled;
    } catch (error) {
      this.#lastFailure = error;
      const reason = classify(error);
      this.#options.telemetry.emit("connection-failed", { endpoint: this.#options.name, reason, error });
      throw error;
    }
  }

  async #attempt(make: () => Promise<Dialled>): Promise<void> {
    this.#attempts += 1;
    const begun = this.#options.generation();
    let dialled: Dialled;
    try {
      dialled = await this.#breaker.attempt(make);
    } catch (error) {
      this.#attempts -= 1;
      this.#failed(error, begun);
      return;
    }
    this.#attempts -= 1;
    this.#failures = 0;
    this.#options.onConnected(dialled, begun);
  }

  #failed(error: unknown, begun: number): void {
    if (!this.open) {
      this.#paused = true;
      this.#later(this.#pause(), () => {
        this.#paused = false;
        this.#options.onReady();
      });
    }
    this.#options.onFailed(classify(error), begun);
  }

  /** WHY a quarter: a server that restarts refuses a few times in its first moment. */
  #pause(): number {
    const { healFirstMs, healMaxMs } = this.#limits;
    const first = this.open ? healFirstMs : healFirstMs / 4;
    this.#failures += 1;
    return pauseBefore(this.#failures - 1, { firstMs: first, maxMs: healMaxMs }, Math.random);
  }

  #opened(): void {
    if (!this.#announced) {
      this.#announced = true;
      this.#failures = 0;
      this.#options.telemetry.emit("breaker-opened", { endpoint: this.#options.name });
    }
    this.#later(this.#pause(), () => this.#heal());
  }

  #closed(): void {
    this.#announced = false;
    this.startOver(false);
    this.#options.telemetry.emit("breaker-closed", { endpoint: this.#options.name });
  }

  /** Tries to reach a server that was away, whether or not anybody waits for it. */
  #heal(): void {
    const { connectMs, healMaxMs, pingMs } = this.#limits;
    void this.#attempt(() =>
      hedge({
        attempt: () => this.#dial(connectMs),
        everyMs: healMaxMs,
        limit: Math.ceil(connectMs / healMaxMs) + 1,
        discard: (late) => hangUp(late, pingMs),
      }),
    );
  }

  #later(ms: number, action: () => void): void {
    if (this.#options.dialling.signal.aborted) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, ms).unref();
    this.#timers.add(timer);
  }
}
