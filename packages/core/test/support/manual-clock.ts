import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../src/clock.ts';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
  readonly hold: boolean;
}

/** A clock that stands still until the test moves it. */
export class ManualClock implements Clock {
  /** Wall minus monotonic; no sum over steps, whose fractions would add up to another second. */
  #offset: number;
  #monotonic = 0;
  readonly #timers = new Set<Timer>();

  /** @param wall - what `now()` says at first, ms since the epoch. */
  constructor(wall = Date.parse('2026-05-01T12:00:00Z')) {
    this.#offset = wall;
  }

  now(): number {
    return this.#offset + this.#monotonic;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  schedule(callback: () => void, ms: number, { hold = false }: { hold?: boolean } = {}): () => void {
    const timer = { at: this.#monotonic + Math.max(ms, 0), callback, hold };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** How many timers are armed, and how many of them would hold the process. */
  get armed(): { readonly all: number; readonly holding: number } {
    return { all: this.#timers.size, holding: [...this.#timers].filter((timer) => timer.hold).length };
  }

  /** Lets `ms` milliseconds pass on both clocks and fires what falls due, in order, without leaving the turn. */
  advance(ms: number): void {
    const end = this.#monotonic + ms;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) this.#fire(next);
    this.#moveTo(end);
  }

  /** The same, but promises settle before and after each timer. */
  async pass(ms: number): Promise<void> {
    const end = this.#monotonic + ms;
    await setImmediate();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#fire(next);
      await setImmediate();
    }
    this.#moveTo(end);
  }

  /** Lets time pass while the event loop is blocked: what fell due is fired, late, by the next `advance` or `pass`. */
  block(ms: number): void {
    this.#moveTo(this.#monotonic + ms);
  }

  /** Moves the wall clock alone: somebody set it, or the machine slept. */
  jump(ms: number): void {
    this.#offset += ms;
  }

  #next(end: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at <= end && (next === undefined || timer.at < next.at)) next = timer;
    }
    return next;
  }

  #fire(timer: Timer): void {
    this.#timers.delete(timer);
    this.#moveTo(Math.max(timer.at, this.#monotonic));
    timer.callback();
  }

  #moveTo(monotonic: number): void {
    this.#monotonic = monotonic;
  }
}
