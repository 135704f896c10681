type Listener = (reason: unknown) => void;

/** Who waits with a signal that is not aborted. */
const waiting = new WeakMap<AbortSignal, Set<Listener>>();

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

/**
 * Calls `listener` when the signal aborts, by one listener a signal: a signal compares each further one with all that it has,
 * so that 10,000 who wait with one signal, as in a program that has one for its shutdown, would take a second or more.
 *
 * @returns has it forgotten. Idempotent.
 */
function onAbort(signal: AbortSignal | undefined, listener: Listener): () => void {
  if (signal === undefined) return nothing;
  let listeners = waiting.get(signal);
  if (listeners === undefined) {
    listeners = new Set();
    waiting.set(signal, listeners);
    signal.addEventListener('abort', tell);
  }
  const all = listeners.add(listener);
  return () => {
    if (!all.delete(listener) || all.size > 0) return;
    waiting.delete(signal);
    signal.removeEventListener('abort', tell);
  };
}

function tell(this: AbortSignal): void {
  const listeners = waiting.get(this);
  waiting.delete(this);
  for (const listener of listeners ?? []) listener(this.reason);
}

function nothing(): void {}
