import { clearTimeout, setTimeout } from 'node:timers';
import type { Credential } from '@kubefresh/core';
import type { createDispatcher } from '@kubefresh/core/undici';

type Handler = Parameters<ReturnType<typeof createDispatcher>['dispatch']>[1];
type Args<Name extends keyof Handler> = Parameters<NonNullable<Handler[Name]>>;
type Controller = Args<'onRequestStart'>[0];
type Head = Args<'onResponseStart'> extends [unknown, ...infer Rest] ? Rest : never;

/** How long a refused request waits for a credential plugin, ms: a plugin that asks a server is done in seconds. */
const LONGEST_WAIT = 30_000;

// Taken at import: a user's fake timers are the user's.
const setTimer = setTimeout;
const clearTimer = clearTimeout;

/** What the source has to say to a 401 with these headers: a promise, where that takes its time. */
export type Ask = (headers: Head[1]) => Credential | undefined | Promise<Credential | undefined>;

/**
 * Stands between undici and core's dispatcher, which holds a 401 back for a quarter of a second: holds it for as long as a
 * credential plugin takes. Then core hears of the refusal, finds that there is another token, and sends once more.
 */
export class RefusalWait implements Handler, Controller {
  readonly #handler: Handler;
  readonly #ask: Ask;
  #controller: Controller | undefined;
  /** What happens after the refusal while that is held back. */
  #later: (() => void)[] | undefined;
  #pauseWanted = false;

  constructor(handler: Handler, ask: Ask) {
    this.#handler = handler;
    this.#ask = ask;
  }

  get aborted(): boolean {
    return this.#controller?.aborted ?? false;
  }

  get paused(): boolean {
    return this.#pauseWanted;
  }

  get reason(): Error | null {
    return this.#controller?.reason ?? null;
  }

  get rawHeaders(): NonNullable<Controller['rawHeaders']> | null {
    return this.#controller?.rawHeaders ?? null;
  }

  get rawTrailers(): NonNullable<Controller['rawTrailers']> | null {
    return this.#controller?.rawTrailers ?? null;
  }

  pause(): void {
    this.#pauseWanted = true;
    this.#controller?.pause();
  }

  resume(): void {
    this.#pauseWanted = false;
    if (this.#later === undefined) this.#controller?.resume();
  }

  abort(reason: Error): void {
    this.#later = undefined;
    this.#controller?.abort(reason);
  }

  onRequestStart(controller: Controller, context: unknown): void {
    this.#controller = controller;
    this.#handler.onRequestStart?.(this, context as never);
  }

  onResponseStart(controller: Controller, ...head: Head): void {
    const answer = head[0] === 401 ? this.#ask(head[1]) : undefined;
    if (!(answer instanceof Promise)) {
      this.#handler.onResponseStart?.(this, ...head);
      return;
    }
    this.#later = [];
    controller.pause();
    void this.#holdUntil(answer, head);
  }

  onResponseData(_: Controller, chunk: Args<'onResponseData'>[1]): void {
    this.#inTurn(() => this.#handler.onResponseData?.(this, chunk));
  }

  onResponseEnd(_: Controller, trailers: Args<'onResponseEnd'>[1]): void {
    this.#inTurn(() => this.#handler.onResponseEnd?.(this, trailers));
  }

  onResponseError(_: Controller, error: Error): void {
    this.#inTurn(() => this.#handler.onResponseError?.(this, error));
  }

  onBodySent(chunk: Buffer): void {
    this.#handler.onBodySent?.(chunk);
  }

  onRequestSent(): void {
    this.#handler.onRequestSent?.();
  }

  onResponseStarted(): void {
    this.#handler.onResponseStarted?.();
  }

  #inTurn(happened: () => void): void {
    if (this.#later === undefined) happened();
    else this.#later.push(happened);
  }

  async #holdUntil(answer: Promise<unknown>, head: Head): Promise<void> {
    await inTime(answer);
    const later = this.#later;
    // Given up meanwhile: who did so was told.
    if (later === undefined) return;
    this.#later = undefined;
    try {
      this.#handler.onResponseStart?.(this, ...head);
      for (const happened of later) happened();
      if (!this.#pauseWanted) this.#controller?.resume();
    } catch (error) {
      // What undici does with a handler that throws.
      this.abort(error as Error);
    }
  }
}

/** Resolves when the promise is settled, or has taken too long. A request waits, so this holds the process. */
async function inTime(promise: Promise<unknown>): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimer(resolve, LONGEST_WAIT);
    const done = () => {
      clearTimer(timer);
      resolve();
    };
    promise.then(done, done);
  });
}
