import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';
import type { KubefreshError } from '../errors.ts';
import type { Token } from '../token/token.ts';
import { Backoff } from './backoff.ts';
import { TokenRequestError } from './token-request-error.ts';

/** A request that is not to be repeated yet. */
export interface Postponement {
  /** Why it failed; undefined where it was answered with a token that is due already. */
  readonly error: KubefreshError | undefined;
  /** When it may be repeated, on the monotonic clock, ms. */
  readonly until: number;
}

interface Entry extends Postponement {
  readonly backoff: Backoff;
  /** The server asked to wait until then; monotonic, ms. */
  readonly notBefore: number;
  /** Whose request it was: another one's may fare better. */
  readonly asker: Token | undefined;
}

/** A key that nobody asks for any more is forgotten after this, ms: twice the longest pause, so that slow callers' pauses grow, too. */
const FORGOTTEN_AFTER = 120_000;

/**
 * Which keys may not be asked for yet, because a request for them failed: however often a caller comes, the server sees one
 * request in each pause. Bounded in number; it sets no timer.
 */
export class Postponements {
  readonly #clock: Clock;
  readonly #entries: LRUCache<string, Entry>;

  constructor(max: number, clock: Clock) {
    this.#clock = clock;
    // For these options see TokenCache.
    this.#entries = new LRUCache({ max, ttl: 1, ttlResolution: 0, perf: { now: () => clock.monotonic() + 1 } });
  }

  get size(): number {
    return this.#entries.size;
  }

  /** What keeps `asker` from asking for `key` now, if anything does. */
  get(key: string, asker: Token | undefined): Postponement | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    const now = this.#clock.monotonic();
    return now < entry.notBefore || (now < entry.until && entry.asker === asker) ? entry : undefined;
  }

  /** A request by `asker` failed with `error`; or, without one, brought a token that is due already. */
  postpone(key: string, asker: Token | undefined, error?: KubefreshError): void {
    const backoff = this.#entries.get(key)?.backoff ?? new Backoff();
    const asked = error instanceof TokenRequestError ? (error.retryAfter ?? 0) : 0;
    const pause = backoff.failed(asked);
    const now = this.#clock.monotonic();
    const entry = { error, until: now + pause, notBefore: now + asked, asker, backoff };
    this.#entries.set(key, entry, { ttl: pause + FORGOTTEN_AFTER });
  }

  /** It worked. */
  succeeded(key: string): void {
    this.#entries.delete(key);
  }

  /** Drops those that nobody asks for any more. */
  purge(): void {
    this.#entries.purgeStale();
  }

  clear(): void {
    this.#entries.clear();
  }
}
