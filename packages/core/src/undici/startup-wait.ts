import type { Dispatcher } from 'undici';
import { systemClock } from '../clock.ts';
import { CredentialUnavailableError, KubefreshError } from '../errors.ts';
import type { CredentialSource } from '../source/types.ts';
import { toError } from './to-error.ts';

/**
 * A request that waits for the first credential. The caller's handler is given this as its controller, so that he can
 * abort; he gets the real one when the request starts.
 */
export class StartupWait implements Dispatcher.DispatchController {
  readonly #handler: Dispatcher.DispatchHandler;
  readonly #giveUp = new AbortController();
  #reason: Error | null = null;
  readonly rawHeaders = null;
  readonly rawTrailers = null;

  constructor(handler: Dispatcher.DispatchHandler) {
    this.#handler = handler;
  }

  get aborted(): boolean {
    return this.#reason !== null;
  }

  get reason(): Error | null {
    return this.#reason;
  }

  get paused(): boolean {
    return false;
  }

  pause(): void {}

  resume(): void {}

  abort(reason: Error): void {
    if (this.#reason !== null) return;
    this.#reason = reason ?? new DOMException('The request was aborted.', 'AbortError');
    this.#giveUp.abort();
    this.#handler.onResponseError?.(this, this.#reason);
  }

  /** Waits at most `ms`, then goes on, or fails the request. Never rejects. */
  async run(source: CredentialSource, ms: number, goOn: () => void): Promise<void> {
    try {
      this.#handler.onRequestStart?.(this, null);
    } catch (error) {
      // What undici does with a handler that throws.
      this.abort(toError(error));
    }
    if (this.aborted) return;
    const cancel = systemClock.schedule(() => this.#giveUp.abort(), ms, { hold: true });
    try {
      await source.ready({ signal: this.#giveUp.signal });
    } catch (error) {
      if (!this.aborted) this.abort(unavailable(source, ms, error));
    } finally {
      cancel();
    }
    if (!this.aborted) goOn();
  }
}

function unavailable(source: CredentialSource, ms: number, error: unknown): Error {
  // A closed source says so itself; a wait that ran out is better explained by what the source has to say of its state.
  if (KubefreshError.is(error)) return error;
  let cause: unknown = error;
  try {
    source.current();
  } catch (reason) {
    cause = reason;
  }
  const why = cause instanceof Error ? cause.message : String(cause);
  return new CredentialUnavailableError(`No credential within ${ms} ms (startupWait). ${why}`, { cause });
}
