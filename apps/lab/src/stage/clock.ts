const real = Date;
let step = 0;

/**
 * A wall clock that can be stepped for this process alone, as NTP or a resumed machine steps it for all.
 *
 * WHY so: a real step would change the clock of whoever runs the lab. All of a Node process tells the time by `Date`.
 */
class SteppedDate extends real {
  constructor(...given: [] | ConstructorParameters<typeof Date>) {
    if (given.length === 0) super(real.now() + step);
    else super(...given);
  }

  static override now(): number {
    return real.now() + step;
  }
}

/** @param milliseconds from the real time; 0 undoes it */
export function stepClock(milliseconds: number): void {
  step = milliseconds;
  globalThis.Date = SteppedDate as DateConstructor;
}
