import { emitWarning } from 'node:process';
import { KubefreshError } from '@kubefresh/core';
import type { createDispatcher } from '@kubefresh/core/undici';

type Handler = Parameters<ReturnType<typeof createDispatcher>['dispatch']>[1];
type Told<Name extends keyof Handler> = Parameters<NonNullable<Handler[Name]>>;

/**
 * Of a request without an answer the client says `fetch failed` and no more, where people see it: why stands beside it, in
 * `e.cause`, where a log of JSON shows nothing, and before 3.11 nowhere. Of a server that cannot be verified nobody else
 * tells, so it is said as a process warning: once, until there is something else to say.
 */
export class UntoldReasons {
  #said = '';

  /** A handler that does what `handler` does, and hears of its error first. */
  heardBy(handler: Handler): Handler {
    return handler.onRequestStart === undefined ? this.#heardByOlder(handler) : new HeardHandler(handler, this);
  }

  say(error: unknown): void {
    if (!KubefreshError.is(error, 'ERR_KUBEFRESH_CERTIFICATE_UNTRUSTED') || error.message === this.#said) return;
    this.#said = error.message;
    emitWarning(error.message, { type: 'KubefreshWarning', code: 'KUBEFRESH_CERTIFICATE_UNTRUSTED' });
  }

  /** Of undici 7 and before, which tell by its methods of what kind a handler is. */
  #heardByOlder(handler: object): Handler {
    const heard = Object.create(handler);
    heard.onError = (error: unknown) => {
      this.say(error);
      // What it was told before, it keeps in the object that it was called on.
      return (handler as { onError?(error: unknown): unknown }).onError?.call(heard, error);
    };
    return heard;
  }
}

/** One object a request and no closures: that is what a request can bear. */
class HeardHandler implements Handler {
  readonly #handler: Handler;
  readonly #reasons: UntoldReasons;

  constructor(handler: Handler, reasons: UntoldReasons) {
    this.#handler = handler;
    this.#reasons = reasons;
  }

  onRequestStart(...told: Told<'onRequestStart'>): void {
    this.#handler.onRequestStart?.(...told);
  }

  onRequestUpgrade(...told: Told<'onRequestUpgrade'>): void {
    this.#handler.onRequestUpgrade?.(...told);
  }

  onResponseStarted(): void {
    this.#handler.onResponseStarted?.();
  }

  onResponseStart(...told: Told<'onResponseStart'>): void {
    this.#handler.onResponseStart?.(...told);
  }

  onResponseData(...told: Told<'onResponseData'>): void {
    this.#handler.onResponseData?.(...told);
  }

  onResponseEnd(...told: Told<'onResponseEnd'>): void {
    this.#handler.onResponseEnd?.(...told);
  }

  onResponseError(...told: Told<'onResponseError'>): void {
    this.#reasons.say(told[1]);
    this.#handler.onResponseError?.(...told);
  }

  onBodySent(...told: Told<'onBodySent'>): void {
    this.#handler.onBodySent?.(...told);
  }

  onRequestSent(): void {
    this.#handler.onRequestSent?.();
  }
}
