import { systemClock } from '../../clock.ts';
import type { Exchange } from '../http/exchange.ts';

/** Waits `ms`, or until the client of the exchange has left. */
export function delay(ms: number, exchange: Exchange): Promise<void> {
  return new Promise((resolve) => {
    const cancel = systemClock.after(ms, resolve);
    exchange.response.once('close', () => {
      cancel();
      resolve();
    });
  });
}
