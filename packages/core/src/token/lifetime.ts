import type { Token } from './token.ts';

/** Where a token stands in its life; see `Lifetime.state`. */
export type LifetimeState = 'fresh' | 'due' | 'stale' | 'expired' | 'not-yet-valid' | 'unlimited';

/** The life of a token. All moments are milliseconds since the epoch; Infinity where there is no end. */
export interface Lifetime {
  /**
   * - `not-yet-valid`: `nbf` or `iat` lies more than the server's leeway ahead: a clock is wrong;
   * - `fresh`: nothing to do;
   * - `due`: past `renewAt`: a newer token should arrive about now;
   * - `stale`: past `staleAt`: nobody renewed it; it still works;
   * - `expired`: past `expiresAt`: the API server refuses it, or will within its leeway of a minute;
   * - `unlimited`: it has no end.
   */
  readonly state: LifetimeState;
  /** When the kubelet replaces it (80 % of its life, or 24 h if that is sooner), without the kubelet's jitter. */
  readonly renewAt: number;
  /** When something must be wrong if it is still in use: no healthy kubelet is that late. */
  readonly staleAt: number;
  /** When a newer one must be in use: the earliest of `exp`, `warnafter` and the server's `expirationTimestamp`. */
  readonly deadline: number;
  /** When the API server stops accepting it: `exp`; for a token without one, the deadline. */
  readonly expiresAt: number;
}

/** The kubelet asks for a new token at 80 % of its life (`floor(0.2 * expirationSeconds)` before the end) … */
const RENEWED_AT = 0.8;
/** … or at 24 hours, ms. Both: pkg/kubelet/token/token_manager.go, `requiresRefresh`. */
const RENEWED_AFTER = 24 * 3_600_000;
/**
 * The kubelet notices at a pod's re-sync that a token is due, which comes every 60 to 90 s (pkg/kubelet: `SyncFrequency` of
 * 1 min, pod_workers.go `workerResyncIntervalJitterFactor` of 0.5), and writes the new one within seconds: by 92 s after `renewAt`,
 * measured. Later than this, ms, it is late. The jitter of the kubelet's rule only makes it earlier.
 */
const SYNC_SLACK = 120_000;
/**
 * A token of 600 s, the shortest that the API gives, ends 120 s after `renewAt`: its successor may land with 28 s left. The alarm waits
 * for the last 15 s, and so is not false, and leaves whoever can help himself (`fallbackSource`) these seconds and the
 * API server's leeway. Shorter lives exist in tests only; there it is the last 5 %.
 */
const LAST_PART = { most: 15_000, ofLife: 0.05 };
/** A token without `iat` and `nbf` is judged as if it had the usual life of a projected token, ms. */
const USUAL_LIFE = 3_607_000;
/** The API server allows this much, ms, on exp, nbf and iat (pkg/serviceaccount/claims.go: jwt.DefaultLeeway). */
export const SERVER_LEEWAY = 60_000;

/**
 * Works out when `token` is due, stale and expired.
 *
 * @param token - Any token; one without `exp` and without `notAfter` is `unlimited`.
 * @param options.now - The moment to judge, ms since the epoch. Default: the wall clock.
 * @param options.notAfter - `status.expirationTimestamp` of the TokenRequest that made it, ms since the epoch: for an
 *   extended token it is a year before `exp`.
 */
export function lifetime(token: Token, options: { now?: number; notAfter?: number } = {}): Lifetime {
  const { now = Date.now(), notAfter = Number.POSITIVE_INFINITY } = options;
  const { iat, nbf, exp, warnafter } = token.claims ?? {};
  const deadline = Math.min(seconds(exp), seconds(warnafter), notAfter);
  if (deadline === Number.POSITIVE_INFINITY) {
    return { state: 'unlimited', renewAt: deadline, staleAt: deadline, deadline, expiresAt: deadline };
  }
  const start = iat ?? nbf;
  const begin = Math.min(start === undefined ? deadline - USUAL_LIFE : start * 1000, deadline);
  const life = deadline - begin;
  const renewAt = Math.min(begin + RENEWED_AT * life, begin + RENEWED_AFTER);
  const lastPart = Math.min(LAST_PART.most, LAST_PART.ofLife * life);
  const staleAt = Math.max(renewAt, Math.min(renewAt + SYNC_SLACK, deadline - lastPart));
  const expiresAt = exp === undefined ? deadline : exp * 1000;
  return {
    state: stateAt(now, { acceptedFrom: acceptedFrom(token), renewAt, staleAt, expiresAt }),
    renewAt,
    staleAt,
    deadline,
    expiresAt,
  };
}

/** From when on an API server with the right time accepts `token`, ms since the epoch; 0 where it does not say. */
export function acceptedFrom({ claims }: Token): number {
  return Math.max(0, Math.max(claims?.iat ?? 0, claims?.nbf ?? 0) * 1000 - SERVER_LEEWAY);
}

function stateAt(
  now: number,
  at: { acceptedFrom: number; renewAt: number; staleAt: number; expiresAt: number },
): LifetimeState {
  if (now >= at.expiresAt) return 'expired';
  if (now < at.acceptedFrom) return 'not-yet-valid';
  if (now >= at.staleAt) return 'stale';
  return now >= at.renewAt ? 'due' : 'fresh';
}

function seconds(claim: number | undefined): number {
  return claim === undefined ? Number.POSITIVE_INFINITY : claim * 1000;
}
