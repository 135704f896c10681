import type { Clock } from '../clock.ts';

interface Timer {
  readonly at: number;
  readonly hold: boolean;
  /** Undefined once it has fired or was cancelled. */
  callback: (() => void) | undefined;
}

/** Cancelled timers are swept out when they are more than this many, and more than half of all. */
const SWEEP_FROM = 64;

/**
 * A clock whose timers, however many, are one timer of the clock beneath: a binary heap by time, and a timer for its top.
 * Ten thousand tokens so cost the event loop no more than one.
 */
export class TimerQueue implements Clock {
  readonly #clock: Clock;
  #heap: Timer[] = [];
  #live = 0;
  #holding = 0;
  #armed: { readonly at: number; readonly hold: boolean; readonly cancel: () => void } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many timers wait. */
  get size(): number {
    return this.#live;
  }

  now(): number {
    return this.#clock.now();
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  schedule(callback: () => void, ms: number, { hold = false }: { hold?: boolean } = {}): () => void {
    const timer: Timer = { at: this.#clock.monotonic() + Math.max(ms, 0), hold, callback };
    this.#live += 1;
    if (hold) this.#holding += 1;
    this.#push(timer);
    this.#arm();
    return () => {
      if (timer.callback === undefined) return;
      this.#done(timer);
      this.#sweep();
      this.#arm();
    };
  }

  /** Cancels all. */
  clear(): void {
    for (const timer of this.#heap) timer.callback = undefined;
    this.#heap = [];
    this.#live = 0;
    this.#holding = 0;
    this.#arm();
  }

  #done(timer: Timer): void {
    timer.callback = undefined;
    this.#live -= 1;
    if (timer.hold) this.#holding -= 1;
  }

  /** Sees to it that the one timer is set for the next that waits, and holds the process if any does. */
  #arm(): void {
    while (this.#heap[0] !== undefined && this.#heap[0].callback === undefined) this.#pop();
    const at = this.#heap[0]?.at;
    const hold = this.#holding > 0;
    if (this.#armed?.at === at && this.#armed?.hold === hold) return;
    this.#armed?.cancel();
    this.#armed = undefined;
    if (at === undefined) return;
    const cancel = this.#clock.schedule(() => this.#fire(), at - this.#clock.monotonic(), { hold });
    this.#armed = { at, hold, cancel };
  }

  #fire(): void {
    this.#armed = undefined;
    const now = this.#clock.monotonic();
    try {
      for (let top = this.#heap[0]; top !== undefined && top.at <= now; top = this.#heap[0]) {
        this.#pop();
        const { callback } = top;
        if (callback === undefined) continue;
        this.#done(top);
        callback();
      }
    } finally {
      this.#arm();
    }
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let index = heap.push(timer) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (at(heap, parent) <= timer.at) break;
      heap[index] = heap[parent] as Timer;
      index = parent;
    }
    heap[index] = timer;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const child = at(heap, left + 1) < at(heap, left) ? left + 1 : left;
      if (at(heap, child) >= last.at) break;
      heap[index] = heap[child] as Timer;
      index = child;
    }
    heap[index] = last;
  }

  #sweep(): void {
    const cancelled = this.#heap.length - this.#live;
    if (cancelled <= SWEEP_FROM || cancelled <= this.#live) return;
    // A sorted list is a heap.
    this.#heap = this.#heap.filter(({ callback }) => callback !== undefined).sort((a, b) => a.at - b.at);
  }
}

/** The time of a place in the heap; an empty one comes after all. */
function at(heap: readonly Timer[], index: number): number {
  return heap[index]?.at ?? Number.POSITIVE_INFINITY;
}
