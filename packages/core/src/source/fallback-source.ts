import { InvalidOptionError } from '../errors.ts';
import { FallbackEngine } from './fallback-engine.ts';
import { checkSource, SourceHandle } from './handle.ts';
import type { CredentialSource } from './types.ts';

/**
 * Two sources as one: `primary` as long as it is renewed, `secondary` while it is not.
 *
 * ```ts
 * const cluster = inCluster();
 * const source = fallbackSource(cluster.source, (self) =>
 *   tokenRequestSource({ cluster: { ...cluster, source: self }, boundTo: 'self' }));
 * ```
 *
 * It hands over when the primary is stale (its token should have been replaced by now: a subPath mount, a volume that was
 * mounted over) or has none, and back when the primary has a token in time again. While the secondary serves, CA and namespace
 * are still the primary's. While neither has anything better, the primary's token serves to its end and beyond.
 *
 * The secondary is made with the first hand-over and closed with the way back. It should authenticate with `self`, which is the
 * primary's token at first and then the secondary's own: so it goes on after the primary's token has died. Faults of both
 * are told as they come.
 *
 * @param primary - Not closed by this source.
 * @param secondary - Makes the other source. What it throws at once is thrown here; later it is a `fault`.
 * @throws InvalidOptionError for a `primary` that is no source, or a `secondary` that is no function.
 */
export function fallbackSource(
  primary: CredentialSource,
  secondary: (self: CredentialSource) => CredentialSource,
): CredentialSource {
  checkSource(primary, 'primary');
  if (typeof secondary !== 'function') {
    throw new InvalidOptionError('secondary', "'secondary' is no function; give one that makes the other source.");
  }
  return new SourceHandle(new FallbackEngine(primary, secondary), 'source');
}
