import { lifetime } from '../token/lifetime.ts';
import type { MintedToken } from './requester.ts';

/** The kubelet asks up to this much earlier, ms, so that tokens made together are not renewed together. */
const JITTER = 10_000;
/** For lives shorter than the API's least (600 s, of which 10 s are a sixtieth) the jitter keeps that part. */
const JITTER_PART = 60;

/**
 * When to ask for a successor, ms since the epoch: at 80 % of the life or 24 h, up to 10 s earlier.
 * Source: pkg/kubelet/token/token_manager.go, `requiresRefresh`.
 */
export function renewalTime({ token, notAfter }: MintedToken): number {
  const { renewAt, deadline } = lifetime(token, { now: 0, notAfter });
  const life = deadline - (token.claims?.iat ?? 0) * 1000;
  return renewAt - Math.min(JITTER, life / JITTER_PART) * Math.random();
}
