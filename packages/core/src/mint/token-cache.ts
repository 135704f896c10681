import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';
import { SERVER_LEEWAY } from '../token/lifetime.ts';
import { renewalTime } from './renewal.ts';
import type { MintedToken } from './requester.ts';

/** A token that is held for a key. */
export interface CachedToken {
  readonly minted: MintedToken;
  /** When to ask for the next, on the server's clock, ms since the epoch. */
  readonly renewAt: number;
}

/** How tokens came and went. */
export interface CacheCounts {
  /** Tokens that had to make way for others (`max`). */
  evicted: number;
  /** Tokens dropped at their end. */
  expired: number;
}

/**
 * A token that has ended by the time it comes (somebody's clock is wrong) is kept for this, ms, all the same, or each call would be
 * a request: the API server takes it for so long beyond its end.
 */
const LEAST_KEPT = SERVER_LEEWAY;

/** Tokens by key: the least recently used makes way, and each is dropped at its end. It sets no timer. */
export class TokenCache {
  readonly counts: CacheCounts = { evicted: 0, expired: 0 };
  readonly #entries: LRUCache<string, CachedToken>;

  constructor(max: number, clock: Clock) {
    this.#entries = new LRUCache({
      max,
      // Each entry has its own; this one makes the cache keep times.
      ttl: 1,
      // Above 0 it would set a timer of its own with each look at the clock.
      ttlResolution: 0,
      // Its own clock could be a test's fake one; and a start of 0 means "no end" to it.
      perf: { now: () => clock.monotonic() + 1 },
      disposeAfter: (_entry, _key, reason) => {
        if (reason === 'evict') this.counts.evicted += 1;
        if (reason === 'expire') this.counts.expired += 1;
      },
    });
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The token for `key`, unless it is past its end. */
  get(key: string): CachedToken | undefined {
    return this.#entries.get(key);
  }

  /** Holds a token for `life` ms. */
  set(key: string, minted: MintedToken, life: number): CachedToken {
    const entry: CachedToken = { minted, renewAt: renewalTime(minted) };
    this.#entries.set(key, entry, { ttl: life > 0 ? life : LEAST_KEPT });
    return entry;
  }

  /** Whether there was one to drop. */
  delete(key: string): boolean {
    return this.#entries.delete(key);
  }

  /** Drops all that are past their end. */
  purge(): void {
    this.#entries.purgeStale();
  }

  clear(): void {
    this.#entries.clear();
  }
}
