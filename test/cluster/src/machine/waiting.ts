import { setTimeout as delay } from 'node:timers/promises';

/** What {@link until} takes beside the probe. */
export interface UntilOptions {
  /** Bound in ms. */
  readonly timeoutMs: number;
  /** Pause between two probes in ms, default 50. */
  readonly intervalMs?: number;
  /** Ends the wait early, with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Probes until the answer is neither undefined nor false nor an error, and returns it.
 *
 * @param what in words, for the error: `"node 127.0.0.1 to be Ready"`
 * @throws Error `timed out after … waiting for <what>`, with the last probe's error as cause
 */
export async function until<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  { timeoutMs, intervalMs = 50, signal }: UntilOptions,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  let lastError: unknown;
  for (;;) {
    signal?.throwIfAborted();
    try {
      const answer = await probe();
      if (answer !== undefined && answer !== false) return answer;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (performance.now() > deadline) {
      throw new Error(`timed out after ${timeoutMs} ms waiting for ${what}`, { cause: lastError });
    }
    await delay(intervalMs);
  }
}
