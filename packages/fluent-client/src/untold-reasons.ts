import { emitWarning } from 'node:process';
import { KubefreshError } from '@kubefresh/core';
import type { Dispatcher } from './route.ts';

type Handler = Parameters<Dispatcher['dispatch']>[1];

/** What undici may call on a handler: today's names, and those that undici 7 and before know. */
const CALLED = [
  ...['onRequestStart', 'onRequestUpgrade', 'onResponseStarted', 'onResponseStart', 'onResponseData', 'onResponseEnd'],
  ...['onConnect', 'onUpgrade', 'onHeaders', 'onData', 'onComplete', 'onBodySent', 'onRequestSent'],
];
const TOLD_BY = ['onResponseError', 'onError'];

/**
 * Of a request without an answer the client says `fetch failed` and no more, where people see it: why stands beside it, in
 * `e.cause`, where a log of JSON shows nothing, and before 3.11 nowhere. Of a server that cannot be verified nobody else
 * tells, so it is said as a process warning: once, until there is something else to say.
 */
export class UntoldReasons {
  #said = '';

  /** A handler that does what `handler` does, and hears of its error first. */
  heardBy(handler: Handler): Handler {
    const methods = handler as Record<string, ((...args: unknown[]) => unknown) | undefined>;
    const heard: typeof methods = {};
    // By its own name each, as undici tells by them which handlers are of the older kind.
    for (const name of CALLED) if (methods[name]) heard[name] = (...args) => methods[name]?.(...args);
    for (const name of TOLD_BY) {
      if (!methods[name]) continue;
      heard[name] = (...args) => {
        this.#say(args.at(-1));
        return methods[name]?.(...args);
      };
    }
    return heard as Handler;
  }

  #say(error: unknown): void {
    if (!KubefreshError.is(error, 'ERR_KUBEFRESH_CERTIFICATE_UNTRUSTED') || error.message === this.#said) return;
    this.#said = error.message;
    emitWarning(error.message, { type: 'KubefreshWarning', code: 'KUBEFRESH_CERTIFICATE_UNTRUSTED' });
  }
}
