import type { Agent, buildConnector, Dispatcher, ProxyAgent } from 'undici';
import { unverified } from '../check-options.ts';
import type { Credential } from '../source/types.ts';
import type { Verifier } from '../tls.ts';
import type { Undici } from './load.ts';
import { multiplexing } from './multiplex.ts';
import type { DispatcherOptions } from './options.ts';

/**
 * Idle time before a TCP keep-alive probe, ms: a connection that a node or load balancer forgot shows itself within a
 * minute or two, while a quiet watch is kept from being forgotten. client-go's dialer probes at the same rate.
 */
const PROBE_AFTER = 30_000;

/** undici's events of connections; a dispatcher of ours tells those of all its pools. */
const EVENTS = ['connect', 'disconnect', 'connectionError', 'drain'] as const;

const OURS: ReadonlySet<string> = new Set([
  'source',
  'origin',
  'origins',
  'namespace',
  'ca',
  'startupWait',
  'createPool',
  'proxy',
  'maxReplayBytes',
  'allowInsecure',
]);

type Connect = buildConnector.BuildOptions | buildConnector.connector;

/**
 * The connections of one dispatcher: a pool for the CA of now, one beside it for origins outside the list.
 *
 * When the CA changes, new requests go to a new pool; what runs on the old one, a watch for instance, goes on until it ends.
 */
export class Pools {
  readonly #undici: Undici;
  readonly #events: Dispatcher;
  readonly #agentOptions: Agent.Options;
  readonly #proxy: DispatcherOptions['proxy'];
  readonly #createPool: DispatcherOptions['createPool'];
  readonly #fixedCA: string | undefined;
  readonly #allowInsecure: boolean;
  #ca: string | undefined;
  #current: Dispatcher | undefined;
  #aside: Dispatcher | undefined;
  /** All that are not closed, the old ones too. */
  readonly #pools = new Set<Dispatcher>();

  /** @throws InsecureTransportError when verification is switched off without `allowInsecure`. */
  constructor(undici: Undici, events: Dispatcher, options: DispatcherOptions) {
    const { ca, proxy, allowInsecure } = options;
    this.#undici = undici;
    this.#events = events;
    this.#agentOptions = {
      allowH2: false,
      bodyTimeout: 0,
      ...(options.allowH2 === true ? { factory: multiplexing(undici) } : {}),
      ...forAgent(options),
    };
    this.#proxy = proxy;
    this.#createPool = options.createPool;
    this.#fixedCA = ca;
    this.#allowInsecure = allowInsecure ?? false;
    if (!this.#allowInsecure) refuseUnverified(options);
  }

  /** The CA that requests with this credential are verified with; undefined for the system's, '' for none at all. */
  caOf(credential: Credential): string | undefined {
    return this.#fixedCA ?? credential.ca;
  }

  /** The same, for messages. */
  verifierOf(credential: Credential): Verifier {
    return this.#fixedCA === undefined ? { ca: credential.ca, caFile: credential.caFile } : { ca: this.#fixedCA };
  }

  /** The pool for requests with this credential. */
  for(credential: Credential): Dispatcher {
    const ca = this.caOf(credential);
    if (this.#current !== undefined && ca === this.#ca) return this.#current;
    const old = this.#current;
    this.#ca = ca;
    this.#current = this.#open(this.#createPool?.(ca) ?? this.#create(this.#tlsOptions(ca)));
    if (old !== undefined) this.#retire(old);
    return this.#current;
  }

  /** The pool for origins outside the list: the cluster's CA, client certificate and server name mean nothing there. */
  get aside(): Dispatcher {
    this.#aside ??= this.#open(this.#create({ keepAliveInitialDelay: PROBE_AFTER }));
    return this.#aside;
  }

  /** Resolves when all requests have ended and all sockets are closed. */
  async close(): Promise<void> {
    await Promise.all([...this.#pools].map(ended));
    this.#pools.clear();
  }

  /** Ends all requests with `error` and closes all sockets. */
  async destroy(error: Error | null): Promise<void> {
    await Promise.all([...this.#pools].map((pool) => pool.destroy(error)));
    this.#pools.clear();
  }

  async #retire(pool: Dispatcher): Promise<void> {
    await ended(pool);
    this.#pools.delete(pool);
  }

  #tlsOptions(ca: string | undefined): Connect {
    const { connect } = this.#agentOptions;
    // Whoever connects by himself verifies by himself.
    if (typeof connect === 'function') return connect;
    return {
      keepAliveInitialDelay: PROBE_AFTER,
      // Said, since NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment would switch it off.
      ...(this.#allowInsecure ? {} : { rejectUnauthorized: true }),
      // An empty text would mean the system's CAs to Node; an empty list means none.
      ...(ca === undefined ? {} : { ca: ca === '' ? [] : ca }),
      ...connect,
    };
  }

  #create(connect: Connect): Dispatcher {
    return this.#proxy === undefined ? this.#agent(connect) : this.#proxyAgent(this.#proxy, connect);
  }

  #open(pool: Dispatcher): Dispatcher {
    for (const name of EVENTS)
      pool.on(name as 'connect', (...details) => this.#events.emit(name as 'connect', ...details));
    this.#pools.add(pool);
    return pool;
  }

  #agent(connect: Connect): Dispatcher {
    return new this.#undici.Agent({ ...this.#agentOptions, connect });
  }

  #proxyAgent(proxy: string | URL | ProxyAgent.Options, connect: Connect): Dispatcher {
    const own = typeof proxy === 'string' || proxy instanceof URL ? { uri: String(proxy) } : proxy;
    // Through a tunnel it is the inner connection that is the API server's.
    const requestTls = typeof connect === 'function' ? {} : { requestTls: { ...connect, ...own.requestTls } };
    const { connect: _, ...options } = this.#agentOptions;
    return new this.#undici.ProxyAgent({ ...options, ...own, ...requestTls });
  }
}

/** Closes `pool`. That somebody destroys it, before or meanwhile, is an end as well, which undici reports as a failure. */
async function ended(pool: Dispatcher): Promise<void> {
  await pool.close().catch(() => undefined);
}

/** What is left for undici when our own options, and the rest of a `Cluster`, are taken out. */
function forAgent(options: DispatcherOptions): Agent.Options {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !OURS.has(name)));
}

function refuseUnverified({ connect, proxy }: DispatcherOptions): void {
  const requestTls = typeof proxy === 'object' && 'requestTls' in proxy ? proxy.requestTls : undefined;
  for (const tls of [typeof connect === 'function' ? undefined : connect, requestTls]) {
    if (tls !== undefined && 'rejectUnauthorized' in tls && tls.rejectUnauthorized === false) {
      throw unverified();
    }
  }
}
