import { setTimeout as startTimer, clearTimeout as stopTimer } from 'node:timers';

// Taken at import: a test that installs fake timers or mocks Date means its own program, not the server it talks to.
const start = startTimer;
const stop = stopTimer;
const dateNow = Date.now.bind(Date);

/** Where the kit takes its time from. Inject one to decide the time yourself. */
export interface Clock {
  /** The time now, in milliseconds since the epoch. */
  now(): number;
  /** Calls `callback` once after `ms` milliseconds of this clock; the returned function cancels it. */
  after(ms: number, callback: () => void): () => void;
}

/** Node fires a timer with a longer delay at once, with a warning; the largest 32-bit signed integer, in ms (24.8 days). */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The machine's own clock. Its timers never hold the process alive. */
export const systemClock: Clock = {
  now: dateNow,
  after(ms, callback) {
    const handle = start(callback, Math.min(ms, LONGEST_TIMER));
    handle.unref();
    return () => stop(handle);
  },
};

/** A clock that stands until it is told to move. */
export interface ManualClock extends Clock {
  /** Moves it on by so many milliseconds and calls what is due on the way, in order. */
  advance(ms: number): void;
  /** Sets it without calling anything, as somebody who corrects the wall clock does. */
  jump(to: number): void;
}

/** Creates a clock for tests that decide the time themselves. It starts now unless told otherwise (ms since the epoch). */
export function manualClock(start = dateNow()): ManualClock {
  let now = start;
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  return {
    now: () => now,
    after(ms, callback) {
      const timer = { at: now + ms, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        timers.delete(next);
        now = next.at;
        next.callback();
      }
      now = end;
    },
    jump(to) {
      now = to;
    },
  };
}
