import { CircuitState, ConsecutiveBreaker, circuitBreaker, handleAll, type IBreaker } from "cockatiel";

/** What goes on when {@link ConnectBreaker} changes its mind. */
export interface BreakerListener {
  readonly onOpen: () => void;
  readonly onClose: () => void;
}

/**
 * Stops callers from waiting for connections that cannot be made.
 *
 * It sees attempts to connect and nothing else, so that no error of a statement can ever open it. Who opens it must go on
 * trying: while it is open, each attempt is the test that may close it.
 */
export class ConnectBreaker {
  readonly #counter: ArmedBreaker;
  readonly #policy;

  constructor(failures: number, { onOpen, onClose }: BreakerListener) {
    this.#counter = new ArmedBreaker(failures);
    this.#policy = circuitBreaker(handleAll, {
      breaker: this.#counter,
      // WHY: cockatiel compares with the wall clock, which may be set back: it would stay open for as long. The endpoint paces
      // its attempts by the monotonic clock.
      halfOpenAfter: Number.NEGATIVE_INFINITY,
    });
    this.#policy.onBreak(onOpen);
    this.#policy.onReset(onClose);
  }

  get open(): boolean {
    return this.#policy.state !== CircuitState.Closed;
  }

  /** The next failure opens the breaker, unless a success comes before it. */
  arm(): void {
    this.#counter.armed = true;
  }

  attempt<T>(connect: () => Promise<T>): Promise<T> {
    return this.#policy.execute(connect);
  }
}

/** Opens after some failures in a row; after one, when something else has announced it. */
class ArmedBreaker implements IBreaker {
  armed = false;
  /** What cockatiel would keep when it is serialised; it is not. */
  state: unknown;
  readonly #consecutive: ConsecutiveBreaker;

  constructor(failures: number) {
    this.#consecutive = new ConsecutiveBreaker(failures);
  }

  success(): void {
    this.armed = false;
    this.#consecutive.success();
  }

  failure(): boolean {
    return this.#consecutive.failure() || this.armed;
  }
}
