// `maxTTL` and `maxJitter` of pkg/kubelet/token/token_manager.go.
const MAX_AGE_MS = 24 * 3_600_000;
const MAX_JITTER_SECONDS = 10;

/** A token as the kubelet holds it. Times in ms since the epoch; both the life and its end are the response's. */
export interface HeldToken {
  readonly expiresAt: number;
  readonly lifeMs: number;
}

/**
 * Whether the kubelet asks for a new token: past 80 % of its life or 24 h old, either up to 9 s earlier, drawn anew
 * each time it looks. `timeScale` makes a day so many times shorter.
 */
export function needsRefresh(token: HeldToken, now: number, timeScale: number, random: () => number): boolean {
  const jitter = (Math.floor(random() * MAX_JITTER_SECONDS) * 1000) / timeScale;
  const issuedAt = token.expiresAt - token.lifeMs;
  // Whole seconds of the kubelet's time, as Go's integer division leaves them.
  const lastFifth = (Math.floor((token.lifeMs * timeScale * 0.2) / 1000) * 1000) / timeScale;
  return now > issuedAt + MAX_AGE_MS / timeScale - jitter || now > token.expiresAt - lastFifth - jitter;
}
