import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import timers from 'node:timers';

/**
 * Loaded before everything else in a child, so that nobody takes the real ones: a wall clock that can be made to jump, and
 * timers, of sockets too, that run HASTE times as fast (slower, where it is less than one), or as one says later.
 */
const { Date: RealDate } = globalThis;
const asked = process.env['HASTE'];
let haste = Number(asked ?? '1');
/** Node fires a longer timer at once, ms. */
const LONGEST = 2 ** 31 - 1;
const hurried = (ms: number) => Math.min(ms / haste, LONGEST);
let offset = 0;

globalThis.Date = class extends RealDate {
  constructor(...args: [] | [string | number | Date]) {
    if (args.length === 0) super(RealDate.now() + offset);
    else super(...args);
  }

  static override now(): number {
    return RealDate.now() + offset;
  }
} as DateConstructor;

process.on('message', (message: { jump?: number; haste?: number }) => {
  offset += message.jump ?? 0;
  haste = message.haste ?? haste;
});

if (asked !== undefined) {
  for (const name of ['setTimeout', 'setInterval'] as const) {
    const real = timers[name] as (callback: () => void, ms?: number, ...args: unknown[]) => NodeJS.Timeout;
    const hasty = (callback: () => void, ms = 0, ...args: unknown[]) => real(callback, hurried(ms), ...args);
    Object.assign(globalThis, { [name]: hasty });
    Object.assign(timers, { [name]: hasty });
  }
  // Whoever imports them by name would have the real ones.
  syncBuiltinESMExports();
  const { timeout } = AbortSignal;
  AbortSignal.timeout = (ms) => timeout.call(AbortSignal, Math.ceil(hurried(ms)));
  const { setTimeout: setSocketTimeout } = net.Socket.prototype;
  net.Socket.prototype.setTimeout = function setTimeout(ms, callback) {
    return setSocketTimeout.call(this, Math.ceil(hurried(ms)), callback);
  };
}
