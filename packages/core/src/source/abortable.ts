/**
 * A promise for what `start` announces, given up when one of the signals aborts; then `start`'s own clean-up is called.
 * Unlike Promise.race with something that stays pending, an abandoned wait leaves nothing behind.
 */
export function abortable<Value>(
  signals: readonly (AbortSignal | undefined)[],
  start: (resolve: (value: Value) => void, reject: (reason: unknown) => void) => (() => void) | undefined,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    let stop: (() => void) | undefined;
    let settled = false;
    const settle = () => {
      settled = true;
      for (const signal of signals) signal?.removeEventListener('abort', abort);
      stop?.();
    };
    function abort(this: AbortSignal): void {
      settle();
      reject(this.reason);
    }
    for (const signal of signals) {
      if (signal?.aborted) return reject(signal.reason);
    }
    for (const signal of signals) signal?.addEventListener('abort', abort);
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
