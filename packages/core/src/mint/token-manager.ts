import type { ApiAccess } from '../api/access.ts';
import { ApiConnection } from '../api/connection.ts';
import { type Clock, systemClock } from '../clock.ts';
import { ClosedError, InvalidOptionError } from '../errors.ts';
import { abortable } from '../source/abortable.ts';
import { SourceHandle } from '../source/handle.ts';
import { ServerTime } from '../source/server-time.ts';
import type { CredentialSource } from '../source/types.ts';
import type { Token } from '../token/token.ts';
import { MintEngine } from './mint-engine.ts';
import { Postponements } from './postponements.ts';
import { type Minted, type MintedToken, TokenRequester } from './requester.ts';
import { checkSpec, copyOf, keyOf, placeOf, type TokenSpec } from './spec.ts';
import { TimerQueue } from './timer-queue.ts';
import { TokenCache } from './token-cache.ts';
import { TokenRequestError } from './token-request-error.ts';
import { noTokenYet } from './unavailable.ts';

/** Options of a `TokenManager`. */
export interface TokenManagerOptions extends ApiAccess {
  /**
   * How many tokens are held for `token()`, 1 to 1,000,000; the least recently used makes way. Default 10,000: about 20 MB of heap.
   * Sources do not count: they are held by who opened them.
   */
  readonly max?: number;
  /** Where time comes from. Default: the machine's clocks. */
  readonly clock?: Clock;
}

/** What a manager has done so far, and what it holds now. */
export interface TokenManagerStats {
  /** Tokens held for `token()`. */
  readonly held: number;
  /** How many it may be. */
  readonly max: number;
  /** Accounts for which sources are open. */
  readonly sources: number;
  /** Requests on their way. */
  readonly underWay: number;
  /** Calls of `token()` answered from what is held. */
  readonly hits: number;
  /** Calls of `token()` that had to ask, or wait for a request under way. */
  readonly misses: number;
  /** Tokens that were asked for and came. */
  readonly minted: number;
  /** Requests that failed. */
  readonly failed: number;
  /** Keys for which a request failed lately: each is not repeated before its pause is over. */
  readonly postponed: number;
  /** Tokens that made way for others. */
  readonly evicted: number;
  /** Tokens dropped at their end. */
  readonly expired: number;
}

/** A request that all who want its token wait for. */
interface UnderWay {
  readonly answer: Promise<Minted>;
  /** Ends the wait of all, whatever becomes of the request. */
  readonly giveUp: (reason: unknown) => void;
}

const DEFAULT_MAX = 10_000;
const LARGEST_MAX = 1_000_000;
/** How often what has expired is dropped, ms; as the kubelet's (pkg/kubelet/token: `gcPeriod`). */
const PURGE_EVERY = 60_000;

/**
 * Tokens of thousands of accounts and audiences over one connection: bounded in number, one request at a time for each key,
 * one timer for all, which never holds the process. A key is everything in the spec, and of the own account the uid that
 * the manager's source knows; a failure of one delays no other.
 */
export class TokenManager implements AsyncDisposable {
  readonly #connection: ApiConnection;
  readonly #requester: TokenRequester;
  readonly #max: number;
  readonly #clock: Clock;
  readonly #time: ServerTime;
  readonly #timers: TimerQueue;
  readonly #cache: TokenCache;
  readonly #postponed: Postponements;
  readonly #underWay = new Map<string, UnderWay>();
  readonly #sources = new Map<string, { readonly engine: MintEngine; handles: number }>();
  readonly #closing = new AbortController();
  readonly #counts = { hits: 0, misses: 0, minted: 0, failed: 0 };
  #purging = false;

  /** @throws InvalidOptionError naming the option; InsecureTransportError for an http origin without `allowInsecure`. */
  constructor(options: TokenManagerOptions) {
    const { max = DEFAULT_MAX, clock = systemClock } = options;
    if (!Number.isInteger(max) || max < 1 || max > LARGEST_MAX) {
      throw new InvalidOptionError('max', `max is ${max}; it is a number of tokens from 1 to ${LARGEST_MAX}.`);
    }
    this.#connection = new ApiConnection(options);
    this.#requester = new TokenRequester(this.#connection, clock);
    this.#max = max;
    this.#clock = clock;
    this.#time = new ServerTime(clock);
    this.#timers = new TimerQueue(clock);
    this.#cache = new TokenCache(max, clock);
    this.#postponed = new Postponements(max, clock);
  }

  /**
   * A token for `spec`: the one held, or a new one where there is none or the kubelet would renew it (80 % of its life or 24 h).
   * Where that fails, the one held is given as long as it is valid. After a failure it is not asked for again before 1 s,
   * doubling to 60 s, have passed, or as long as `Retry-After` says: whoever comes meanwhile, with none held, is told at once.
   *
   * @param options.signal - Gives up this caller's wait; others' go on.
   * @throws TokenRequestError; InvalidOptionError naming the option; CredentialUnavailableError while it is not asked for again
   *   (`cause`: the failure; `retryAfter`: for how long, ms) and where the manager's source has no token to ask with;
   *   ClosedError; the signal's reason.
   */
  async token(spec: TokenSpec, { signal }: { signal?: AbortSignal } = {}): Promise<MintedToken> {
    signal?.throwIfAborted();
    const key = this.#keyOf(spec);
    const held = this.#cache.get(key);
    if (held !== undefined && (this.#time.now() < held.renewAt || this.#postponementOf(key) !== undefined)) {
      this.#counts.hits += 1;
      return held.minted;
    }
    this.#counts.misses += 1;
    try {
      return await abortable<MintedToken>(signal, (resolve, reject) => {
        this.#ask(key, spec).then(({ token, notAfter }) => resolve({ token, notAfter }), reject);
        return undefined;
      });
    } catch (error) {
      if (held === undefined || this.#cache.get(key) !== held || signal?.aborted) throw error;
      return held.minted;
    }
  }

  /**
   * A source for `spec`, renewed in the background as long as it is open. Sources of equal specs share tokens and requests,
   * and the pauses after failures, with each other and with `token()`.
   * @throws InvalidOptionError naming the option; ClosedError.
   */
  source(spec: TokenSpec): CredentialSource {
    const key = this.#keyOf(spec);
    let shared = this.#sources.get(key);
    if (shared === undefined) {
      const own = copyOf(spec);
      const engine = new MintEngine({
        clock: this.#timers,
        place: placeOf(own),
        request: () => this.#ask(key, own),
        parent: this.#connection.source,
        onRelease: () => this.#release(key),
      });
      shared = { engine, handles: 0 };
      this.#sources.set(key, shared);
    }
    shared.handles += 1;
    return new SourceHandle(shared.engine, 'source');
  }

  /**
   * Drops the token held for `spec`, because its user is gone or it was refused; answers whether there was one.
   * @throws InvalidOptionError naming the option; ClosedError.
   */
  forget(spec: TokenSpec): boolean {
    return this.#cache.delete(this.#keyOf(spec));
  }

  /** What it holds and has done. */
  stats(): TokenManagerStats {
    return {
      held: this.#cache.size,
      max: this.#max,
      sources: this.#sources.size,
      underWay: this.#underWay.size,
      ...this.#counts,
      postponed: this.#postponed.size,
      ...this.#cache.counts,
    };
  }

  /** Ends what it opened: requests on their way, its sources, its timer, its connection. Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort(new ClosedError('token manager'));
    for (const { giveUp } of this.#underWay.values()) giveUp(this.#closing.signal.reason);
    for (const { engine } of this.#sources.values()) engine.close();
    this.#sources.clear();
    this.#timers.clear();
    this.#cache.clear();
    this.#postponed.clear();
    await this.#connection.close();
  }

  /** `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #keyOf(spec: TokenSpec): string {
    this.#closing.signal.throwIfAborted();
    checkSpec(spec, this.#connection.source !== undefined);
    return keyOf(spec, this.#asker()?.claims);
  }

  /** One request for all who want the same token at the same time, and none while it is postponed. */
  async #ask(key: string, spec: TokenSpec): Promise<Minted> {
    let request = this.#underWay.get(key)?.answer;
    if (request === undefined) {
      const { error, until = 0 } = this.#postponementOf(key) ?? {};
      if (error !== undefined) throw noTokenYet(placeOf(spec), error, until - this.#clock.monotonic());
      let giveUp: UnderWay['giveUp'] = () => {};
      request = new Promise<Minted>((resolve, reject) => {
        giveUp = reject;
        this.#request(key, spec)
          .finally(() => this.#underWay.delete(key))
          .then(resolve, reject);
      });
      this.#underWay.set(key, { answer: request, giveUp });
    }
    return await request;
  }

  #postponementOf(key: string) {
    return this.#postponed.get(key, this.#asker());
  }

  /** The token that asks, where a source has one. */
  #asker(): Token | undefined {
    try {
      return this.#connection.source?.current().token;
    } catch {
      return undefined;
    }
  }

  async #request(key: string, spec: TokenSpec): Promise<Minted> {
    const asker = this.#asker();
    try {
      const minted = await this.#requester.request(spec);
      this.#closing.signal.throwIfAborted();
      this.#counts.minted += 1;
      const { token, notAfter, date } = minted;
      if (date !== undefined) this.#time.observe(date);
      const now = this.#time.now();
      const { renewAt } = this.#cache.set(key, { token, notAfter }, notAfter - now);
      if (now < renewAt) this.#postponed.succeeded(key);
      else this.#postponed.postpone(key, asker);
      this.#purgeLater();
      return minted;
    } catch (error) {
      this.#counts.failed += 1;
      // What was not sent is no burden to the server, and may be sent as soon as it can be.
      if (error instanceof TokenRequestError && !this.#closing.signal.aborted) {
        this.#postponed.postpone(key, asker, error);
        this.#purgeLater();
      }
      throw error;
    }
  }

  #purgeLater(): void {
    if (this.#purging) return;
    this.#purging = true;
    this.#timers.schedule(() => {
      this.#purging = false;
      this.#cache.purge();
      this.#postponed.purge();
      if (this.#cache.size + this.#postponed.size > 0) this.#purgeLater();
    }, PURGE_EVERY);
  }

  #release(key: string): void {
    const shared = this.#sources.get(key);
    if (shared === undefined) return;
    shared.handles -= 1;
    if (shared.handles > 0) return;
    this.#sources.delete(key);
    shared.engine.close();
  }
}
