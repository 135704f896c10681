import type { Clock } from '../clock.ts';

/** A clock does not drift enough in this time, ms, to be worth another sample. */
const SAMPLE_EVERY = 10_000;
/** A `Date` header has whole seconds, cut off: the middle of its second is the best guess, ms. */
const HALF_SECOND = 500;

/**
 * The API server's time, as well as it is known: the wall clock until a `Date` header was seen, then that, and in between
 * the monotonic clock. So neither a wrong wall clock nor one that jumps makes a token look expired or fresh.
 */
export class ServerTime {
  readonly #clock: Clock;
  /** Server time minus monotonic time, ms. */
  #offset: number;
  #sampledAt: number | undefined;
  #skew: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#offset = clock.now() - clock.monotonic();
  }

  /** Milliseconds since the epoch, on the server's clock. */
  now(): number {
    return this.#offset + this.#clock.monotonic();
  }

  /** Server minus wall clock, ms, at the last sample; undefined before the first. */
  get skew(): number | undefined {
    return this.#skew;
  }

  /** Takes a `Date` header; one that is no date, or comes soon after the last, is passed over. */
  observe(date: string): void {
    const monotonic = this.#clock.monotonic();
    if (this.#sampledAt !== undefined && monotonic - this.#sampledAt < SAMPLE_EVERY) return;
    const time = Date.parse(date) + HALF_SECOND;
    if (Number.isNaN(time)) return;
    this.#sampledAt = monotonic;
    this.#offset = time - monotonic;
    this.#skew = time - this.#clock.now();
  }

  /** Trusts the wall clock anew, unless the server's own is known: time slept through is missing in the monotonic one. */
  anchor(): void {
    if (this.#sampledAt === undefined) this.#offset = this.#clock.now() - this.#clock.monotonic();
  }
}
