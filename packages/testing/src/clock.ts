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

/** The machine's own clock. Its timers never hold the process alive. */
export const systemClock: Clock = {
  now: dateNow,
  after(ms, callback) {
    const handle = start(callback, ms);
    handle.unref();
    return () => stop(handle);
  },
};
