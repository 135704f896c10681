type Listener = (reason: unknown) => void;

/** Who waits with a signal that is not aborted. */
const waiting = new WeakMap<AbortSignal, Set<Listener>>();

/**
 * Calls `listener` when the signal aborts, by one listener a signal: a signal compares each further one with all that it has,
 * so that 10,000 who wait with one signal, as in a program that has one for its shutdown, would take a second or more.
 *
 * @returns has it forgotten. Idempotent.
 */
export function onAbort(signal: AbortSignal | undefined, listener: Listener): () => void {
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
