import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { ApiConnection } from '../api/connection.ts';
import { type Clock, systemClock } from '../clock.ts';
import type { ReviewedToken } from './reviewed-token.ts';

/** Reviews that are kept for each connection: a thousand callers within the seconds that they live. */
const KEPT = 1_000;

/** Successful reviews, each for a few seconds, and those that are on their way. Keys are hashes: it holds no token's text. */
export class ReviewCache {
  readonly #kept: LRUCache<string, ReviewedToken>;
  readonly #underWay = new Map<string, Promise<ReviewedToken>>();

  constructor(clock: Clock) {
    this.#kept = new LRUCache({
      max: KEPT,
      ttl: 1,
      // Above 0 it would set a timer of its own with each look at the clock.
      ttlResolution: 0,
      // Its own clock could be a test's fake one; and a start of 0 means "no end" to it.
      perf: { now: () => clock.monotonic() + 1 },
    });
  }

  /** What is kept or on its way for the token and audiences, else what `ask` answers, kept for `ms`. Failures are not kept. */
  get(
    presented: string,
    audiences: readonly string[],
    ms: number,
    ask: () => Promise<ReviewedToken>,
  ): Promise<ReviewedToken> {
    const key = createHash('sha256')
      .update(JSON.stringify([presented, [...audiences].sort()]))
      .digest('base64');
    const kept = ms > 0 ? this.#kept.get(key) : undefined;
    if (kept !== undefined) return Promise.resolve(kept);
    let review = this.#underWay.get(key);
    if (review === undefined) {
      review = this.#ask(key, ms, ask).finally(() => this.#underWay.delete(key));
      this.#underWay.set(key, review);
    }
    return review;
  }

  async #ask(key: string, ms: number, ask: () => Promise<ReviewedToken>): Promise<ReviewedToken> {
    const reviewed = await ask();
    if (ms > 0) this.#kept.set(key, reviewed, { ttl: ms });
    return reviewed;
  }
}

const caches = new WeakMap<ApiConnection, ReviewCache>();

/** The one cache for a connection. */
export function reviewCache(api: ApiConnection, clock: Clock = systemClock): ReviewCache {
  let cache = caches.get(api);
  if (cache === undefined) {
    cache = new ReviewCache(clock);
    caches.set(api, cache);
  }
  return cache;
}
