import { EventEmitter } from 'node:events';
import type { createDispatcher, DispatcherOptions } from '@kubefresh/core/undici';

type Dispatcher = ReturnType<typeof createDispatcher>;
type Pool = ReturnType<NonNullable<DispatcherOptions['createPool']>>;
type Dispatch = Dispatcher['dispatch'];

/** Puts a handler of ours before that of a request's caller. */
export type Follow = (...request: Parameters<Dispatch>) => Parameters<Dispatch>[1];

/** Where undici 8, which is that of the official client, keeps the dispatcher for requests that name none. */
const GLOBAL_DISPATCHER = Symbol.for('undici.globalDispatcher.2');

/**
 * The official client's own dispatcher, which it only hands out asynchronously: requests wait the few microtasks until it is
 * there. Where the client has none (a server that needs no TLS options), they go where its own would have gone, to the global
 * dispatcher of that moment: a MockAgent in a user's tests, for instance.
 */
export class LatePool extends EventEmitter {
  readonly #coming: Promise<Dispatcher | undefined>;
  readonly #follow: Follow | undefined;
  #here: Dispatcher | undefined;

  constructor(coming: Promise<Dispatcher | undefined>, follow?: Follow) {
    super();
    this.#follow = follow;
    this.#coming = coming.then((dispatcher) => {
      this.#here = dispatcher ?? toGlobal;
      return dispatcher;
    });
    // Whoever dispatches learns of it.
    this.#coming.catch(() => {});
  }

  /** As undici's types want it: of a pool, only `dispatch`, `close`, `destroy` and `on` are used. */
  asDispatcher(): Pool {
    return this as unknown as Pool;
  }

  dispatch: Dispatch = (options, caller) => {
    const handler = this.#follow?.(options, caller) ?? caller;
    if (this.#here !== undefined) return this.#here.dispatch(options, handler);
    this.#coming.then(
      () => this.#here?.dispatch(options, handler),
      (error) => handler.onResponseError?.(null as never, error),
    );
    return true;
  };

  async close(): Promise<void> {
    await (await this.#coming.catch(() => undefined))?.close();
  }

  async destroy(error: Error | null): Promise<void> {
    await (await this.#coming.catch(() => undefined))?.destroy(error);
  }
}

const toGlobal = {
  dispatch: (options, handler) => globalDispatcher().dispatch(options, handler),
} as Dispatcher;

function globalDispatcher(): Dispatcher {
  return (globalThis as unknown as Record<symbol, Dispatcher>)[GLOBAL_DISPATCHER] as Dispatcher;
}
