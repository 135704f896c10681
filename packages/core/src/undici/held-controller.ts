import type { Dispatcher } from 'undici';

/**
 * Stands before the controller of a response that was paused by us: remembers whether the one who receives the response
 * wants it paused, so that letting it go does not overrule him.
 */
export class HeldController implements Dispatcher.DispatchController {
  readonly #controller: Dispatcher.DispatchController;
  #wantsPause = false;

  constructor(controller: Dispatcher.DispatchController) {
    this.#controller = controller;
  }

  get aborted(): boolean {
    return this.#controller.aborted;
  }

  get paused(): boolean {
    return this.#wantsPause;
  }

  get reason(): Error | null {
    return this.#controller.reason;
  }

  get rawHeaders(): NonNullable<Dispatcher.DispatchController['rawHeaders']> | null {
    return this.#controller.rawHeaders ?? null;
  }

  get rawTrailers(): NonNullable<Dispatcher.DispatchController['rawTrailers']> | null {
    return this.#controller.rawTrailers ?? null;
  }

  abort(reason: Error): void {
    this.#controller.abort(reason);
  }

  pause(): void {
    this.#wantsPause = true;
    this.#controller.pause();
  }

  resume(): void {
    this.#wantsPause = false;
    this.#controller.resume();
  }

  /** Lets the response flow, unless its receiver has paused it. */
  letGo(): void {
    if (!this.#wantsPause) this.#controller.resume();
  }
}
