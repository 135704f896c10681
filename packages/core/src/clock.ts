import { clearTimeout as nodeClearTimeout, setTimeout as nodeSetTimeout } from 'node:timers';

/**
 * Where time comes from; injectable, so that a test can own it.
 *
 * Two clocks in one: `now` is the wall clock, which can jump, and is compared with the claims of a token; `monotonic` only
 * goes forward, and is what ages and intervals are measured by.
 */
export interface Clock {
  /** Wall clock: milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since some fixed moment; never goes back. */
  monotonic(): number;
  /**
   * Calls `callback` once after `ms` milliseconds. With `hold` the timer keeps the process alive; without, it does not.
   * Returns a function that cancels it; cancelling twice, or after it fired, does nothing.
   */
  schedule(callback: () => void, ms: number, options?: { hold?: boolean }): () => void;
}

// Taken once, at import: the fake timers and mocked dates of a user's test stay the user's (vitest, jest and sinon
// replace properties; they cannot replace what is held here).
const wallNow = Date.now;
const monotonicNow = performance.now.bind(performance);
const setTimer = nodeSetTimeout;
const clearTimer = nodeClearTimeout;

/** Node fires a timer with a longer delay at once, with a warning; the largest 32-bit signed integer, in ms (24.8 days). */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The clock of the machine. */
export const systemClock: Clock = {
  now: wallNow,
  monotonic: monotonicNow,
  schedule(callback, ms, { hold = false } = {}) {
    const timer = setTimer(callback, Math.min(Math.max(ms, 0), LONGEST_TIMER));
    if (!hold) timer.unref();
    return () => clearTimer(timer);
  },
};

/**
 * Monotonic time in steps: reading the clock costs more (about 45 ns) than all else on the way of a request, so it is read
 * once per `step` and the answer serves until a timer (unref'd, only armed while somebody asks) ends the step.
 */
export class CoarseClock {
  readonly #clock: Clock;
  readonly #step: number;
  #time = 0;
  #fresh = false;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, step: number) {
    this.#clock = clock;
    this.#step = step;
  }

  /**
   * Whole monotonic milliseconds (V8 stores those without a box), at most one step and 1 ms (and however long the event loop
   * is blocked) behind.
   */
  monotonic(): number {
    if (!this.#fresh) this.#read();
    return this.#time;
  }

  /** Disarms the timer. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#fresh = false;
  }

  #read(): void {
    this.#fresh = true;
    this.#time = Math.floor(this.#clock.monotonic());
    this.#cancel = this.#clock.schedule(() => {
      this.#fresh = false;
      this.#cancel = undefined;
    }, this.#step);
  }
}
