import { onAbort } from './on-abort.ts';

/**
 * A promise for what `start` announces, given up when the signal aborts; then what `start` returned is called, to clean up.
 * Unlike Promise.race with something that stays pending, an abandoned wait leaves nothing behind.
 */
export function abortable<Value>(
  signal: AbortSignal | undefined,
  start: (resolve: (value: Value) => void, reject: (reason: unknown) => void) => (() => void) | undefined,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    let stop: (() => void) | undefined;
    let settled = false;
    const forget = onAbort(signal, (reason) => {
      settle();
      reject(reason);
    });
    const settle = () => {
      settled = true;
      forget();
      stop?.();
    };
    stop = start(
      (value) => {
        settle();
        resolve(value);
      },
      (reason) => {
        settle();
        reject(reason);
      },
    );
    // It may have been announced at once.
    if (settled) stop?.();
    return undefined;
  });
}
