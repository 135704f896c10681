import type { Dispatcher } from 'undici';
import type { Credential } from '../source/types.ts';
import type { Line } from './line.ts';

/** A request that failed before any response, in the hands of a transport that may know better. */
export interface FailedAttempt {
  /** Where it was sent. */
  readonly origin: string;
  /** What it was sent with. */
  readonly credential: Credential;
  /** Whether a transport has sent it once more already. */
  readonly repeated: boolean;
  /** Sends it once more. */
  repeat(credential: Credential): void;
  /** Ends it; the caller gets `error`. */
  fail(error: Error): void;
}

/** What carries a request on, beneath the injector. */
export interface Transport {
  /** The line whose requests it carries. */
  readonly line: Line;

  /** Sends; `credential` is what the headers carry. Like `Dispatcher.dispatch`. */
  send(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler, credential: Credential): boolean;
  /**
   * Asked about a request for which the source has no credential; answers true when it takes over, to wait for one. Without
   * it, such a request fails at once.
   */
  wait?(error: Error, options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean;
  /**
   * Told of a request that failed before any response. Answers true when it takes over, and then calls `repeat` or `fail`
   * exactly once, now or later.
   */
  recover?(error: Error, attempt: FailedAttempt): boolean;
  /** Told of each response that has come to its end, once the request's caller knows. */
  ended?(): void;
}
