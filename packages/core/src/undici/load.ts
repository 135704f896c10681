import { createRequire } from 'node:module';
import type { Agent, Client, Dispatcher, Dispatcher1Wrapper, Pool, ProxyAgent } from 'undici';

/** The parts of undici 8 that a dispatcher is made of. */
export interface Undici {
  readonly Agent: typeof Agent;
  readonly Client: typeof Client;
  readonly Pool: typeof Pool;
  readonly Dispatcher: typeof Dispatcher;
  readonly ProxyAgent: typeof ProxyAgent;
  /** Gives a handler of undici 6 or 7, or of Node's built-in fetch, the shape that undici 8 calls. */
  readonly wrapHandler: (handler: Dispatcher.DispatchHandler) => Dispatcher.DispatchHandler;
}

let loaded: Undici | undefined;

/**
 * Loads undici when it is first needed, and without its index: the index replaces the dispatcher of the process's built-in
 * fetch (`Symbol.for('undici.globalDispatcher.1')`, a property that nobody can delete again), which is not ours to replace.
 * The modules below it touch no global, and load in half the time. Their paths are no public API of undici's: the exact
 * version in our package.json, and a test, keep them true.
 *
 * They are the same module instances that the index would load: a program that imports undici itself finds it as it
 * expects.
 */
export function loadUndici(): Undici {
  loaded ??= load();
  return loaded;
}

function load(): Undici {
  const require = createRequire(import.meta.url);
  const wrapper = require('undici/lib/dispatcher/dispatcher1-wrapper.js') as typeof Dispatcher1Wrapper & {
    wrapHandler: Undici['wrapHandler'];
  };
  const base = require('undici/lib/dispatcher/dispatcher.js') as typeof Dispatcher;
  // request(), stream(), upgrade() and so on; the index does the same.
  Object.assign(base.prototype, require('undici/lib/api/index.js'));
  return {
    Agent: require('undici/lib/dispatcher/agent.js') as typeof Agent,
    Client: require('undici/lib/dispatcher/client.js') as typeof Client,
    Pool: require('undici/lib/dispatcher/pool.js') as typeof Pool,
    Dispatcher: base,
    ProxyAgent: require('undici/lib/dispatcher/proxy-agent.js') as typeof ProxyAgent,
    wrapHandler: wrapper.wrapHandler,
  };
}
