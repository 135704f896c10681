import { clearTimeout, setTimeout } from 'node:timers';
import type { createDispatcher } from '@kubefresh/core/undici';
import { Patience } from './patience.ts';

type Dispatch = ReturnType<typeof createDispatcher>['dispatch'];
type Options = Parameters<Dispatch>[0];
type Handler = Parameters<Dispatch>[1];
type Args<Name extends keyof Handler> = Parameters<NonNullable<Handler[Name]>>;
type Controller = Args<'onRequestStart'>[0];

// Taken at import: a user's fake timers are the user's.
const setTimer = setTimeout;
const clearTimer = clearTimeout;

/** The reason by which a 401 is dropped, in favour of trying again. It never reaches a caller. */
const TRY_AGAIN = new Error('kubefresh drops this response and opens the watch again');

/** Follows a watch of undici until it is accepted: a 401 is tried again as long as there is patience. */
export class PatientHandler implements Handler, Controller {
  readonly #dispatch: Dispatch;
  readonly #options: Options;
  readonly #handler: Handler;
  readonly #patience = new Patience();
  #current: Controller | undefined;
  #timer: NodeJS.Timeout | undefined;
  #reason: Error | null = null;
  #started = false;

  constructor(dispatch: Dispatch, options: Options, handler: Handler) {
    this.#dispatch = dispatch;
    this.#options = options;
    this.#handler = handler;
  }

  get aborted(): boolean {
    return this.#reason !== null || (this.#current?.aborted ?? false);
  }

  get paused(): boolean {
    return this.#current?.paused ?? false;
  }

  get reason(): Error | null {
    return this.#reason ?? this.#current?.reason ?? null;
  }

  get rawHeaders(): NonNullable<Controller['rawHeaders']> | null {
    return this.#current?.rawHeaders ?? null;
  }

  get rawTrailers(): NonNullable<Controller['rawTrailers']> | null {
    return this.#current?.rawTrailers ?? null;
  }

  pause(): void {
    this.#current?.pause();
  }

  resume(): void {
    this.#current?.resume();
  }

  /** The caller gives up; between two tries, too. */
  abort(reason: Error): void {
    if (this.#timer === undefined) {
      this.#current?.abort(reason);
      return;
    }
    clearTimer(this.#timer);
    this.#timer = undefined;
    this.#reason = reason;
    this.#handler.onResponseError?.(this, reason);
  }

  onRequestStart(controller: Controller, context: unknown): void {
    this.#current = controller;
    if (this.#started) return;
    this.#started = true;
    this.#handler.onRequestStart?.(this, context as never);
  }

  onResponseStart(
    controller: Controller,
    ...[status, ...rest]: Args<'onResponseStart'> extends [unknown, ...infer Rest] ? Rest : never
  ): void {
    const pause = status === 401 ? this.#patience.next() : undefined;
    if (pause === undefined) {
      this.#handler.onResponseStart?.(this, status, ...rest);
      return;
    }
    this.#timer = setTimer(() => this.#tryAgain(), pause);
    controller.abort(TRY_AGAIN);
  }

  onResponseData(_: Controller, chunk: Args<'onResponseData'>[1]): void {
    this.#handler.onResponseData?.(this, chunk);
  }

  onResponseEnd(_: Controller, trailers: Args<'onResponseEnd'>[1]): void {
    this.#handler.onResponseEnd?.(this, trailers);
  }

  onResponseError(_: Controller, error: Error): void {
    if (error !== TRY_AGAIN) this.#handler.onResponseError?.(this, error);
  }

  #tryAgain(): void {
    this.#timer = undefined;
    this.#dispatch(this.#options, this);
  }
}
