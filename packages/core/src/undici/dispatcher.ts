import type { Dispatcher } from 'undici';
import { checkAmount, checkCA } from '../check-options.ts';
import { OriginList } from '../origins.ts';
import { DispatchPath } from './dispatch-path.ts';
import { Line, MAX_REPLAY_BYTES } from './line.ts';
import { loadUndici, type Undici } from './load.ts';
import { countDispatcher } from './many-dispatchers.ts';
import { NextTurn } from './next-turn.ts';
import type { DispatcherOptions } from './options.ts';
import { Pools } from './pools.ts';

/** See `DispatcherOptions.startupWait`. */
const STARTUP_WAIT = 10_000;

const PATH = Symbol('path');
const UNCOUNT = Symbol('uncount');

type Callback = () => void;

/**
 * A dispatcher for undici 6, 7 and 8 and for Node's built-in fetch: it sends the token of now to `origins`, over
 * connections verified with the CA of now, and sends once more what a newer token or CA can cure.
 *
 * `close()` waits for what is under way, `destroy()` ends it; neither closes the source. Importing this module changes no
 * global, and loads no undici before the first call.
 *
 * A request can fail, beside undici's own errors, with CredentialUnavailableError (no credential within `startupWait`),
 * CertificateUntrustedError (the server's certificate is not signed by the CA of now) or ClosedError.
 *
 * @throws InvalidOptionError naming the option; InsecureTransportError: see `allowInsecure`.
 */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  dispatcherClass ??= defineDispatcher(loadUndici());
  return new dispatcherClass(options);
}

let dispatcherClass: (new (options: DispatcherOptions) => Dispatcher) | undefined;

/** A function, as the class it extends is loaded late. */
function defineDispatcher(undici: Undici) {
  return class KubernetesDispatcher extends undici.Dispatcher {
    // No private fields: compose() calls methods on a Proxy, which has none.
    readonly [PATH]: DispatchPath;
    readonly [UNCOUNT]: () => void;
    /** Limits of WebSocket and EventSource, which read them here; undefined means undici's own. */
    readonly webSocketOptions: DispatcherOptions['webSocket'];
    readonly eventSourceOptions: DispatcherOptions['eventSource'];

    constructor(options: DispatcherOptions) {
      super();
      const { source, startupWait = STARTUP_WAIT, maxReplayBytes = MAX_REPLAY_BYTES, allowInsecure } = options;
      checkCA(options.ca);
      checkAmount('startupWait', startupWait, 'ms');
      const origins = new OriginList(options.origins, { allowInsecure });
      const pools = new Pools(undici, this, options);
      this[PATH] = new DispatchPath(
        new Line(source, origins, maxReplayBytes),
        pools,
        new NextTurn(options),
        startupWait,
      );
      this.webSocketOptions = options.webSocket;
      this.eventSourceOptions = options.eventSource;
      this[UNCOUNT] = countDispatcher(origins.origins[0] ?? '');
    }

    get closed(): boolean {
      return this[PATH].closed;
    }

    get destroyed(): boolean {
      return this[PATH].destroyed;
    }

    override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
      // undici 6, 7 and the fetch built into Node 22 and 24 call with handlers that undici 8 does not know.
      if (handler.onRequestStart === undefined) {
        return this[PATH].dispatch(forLegacy(options), undici.wrapHandler(handler));
      }
      return this[PATH].dispatch(options, handler);
    }

    override close(callback: Callback): void;
    override close(): Promise<void>;
    override close(callback?: Callback): Promise<void> | void {
      this[UNCOUNT]();
      return settle(this[PATH].close(), callback);
    }

    override destroy(error: Error | null, callback: Callback): void;
    override destroy(callback: Callback): void;
    override destroy(error: Error | null): Promise<void>;
    override destroy(): Promise<void>;
    override destroy(error?: Error | null | Callback, callback?: Callback): Promise<void> | void {
      this[UNCOUNT]();
      if (typeof error === 'function') return settle(this[PATH].destroy(null), error);
      return settle(this[PATH].destroy(error ?? null), callback);
    }
  };
}

/** Old handlers know no HTTP/2, and an old undici leaves `dispatcher` in the options, which a new one refuses. */
function forLegacy(options: Dispatcher.DispatchOptions): Dispatcher.DispatchOptions {
  const copy: Dispatcher.DispatchOptions & { dispatcher?: unknown } = { ...options, allowH2: false } as typeof options;
  if ('dispatcher' in copy) delete copy.dispatcher;
  return copy;
}

function settle(promise: Promise<void>, callback: Callback | undefined): Promise<void> | void {
  if (callback === undefined) return promise;
  promise.then(callback);
}
