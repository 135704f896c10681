import type { createDispatcher } from '@kubefresh/core/undici';

type Dispatch = ReturnType<typeof createDispatcher>['dispatch'];

/**
 * Where a request of the official client's fetch goes for which there is no credential yet: on to the dispatcher that is
 * there when there is one. An abort ends fetch at once, and undici asks it once more before it sends anything.
 */
export class LateDispatcher {
  readonly #coming: Promise<unknown>;

  constructor(coming: Promise<unknown>) {
    this.#coming = coming;
    // Whoever dispatches learns of it.
    coming.catch(() => {});
  }

  dispatch: Dispatch = (options, handler) => {
    this.#coming
      .then((dispatcher) => (dispatcher as { readonly dispatch: Dispatch }).dispatch(options, handler))
      // There is no controller yet, which undici's types do not know.
      .catch((error: Error) => handler.onResponseError?.(null as never, error));
    return true;
  };
}
