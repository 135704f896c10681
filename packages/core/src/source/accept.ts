import { KubefreshError, TokenMalformedError } from '../errors.ts';
import type { Token } from '../token/token.ts';

/**
 * Whether `candidate` may take the place of `held`: undefined when it may, else the reason why not.
 *
 * A volume never goes back by itself: an older token of the same issuer and subject is a restored backup, a second mount or
 * a lagging file system. But when the API server has refused the newer one (`asked`), anything is worth a try.
 */
export function refusal(candidate: Token, held: Token | undefined, asked: boolean): KubefreshError | undefined {
  if (held?.claims === undefined) return undefined;
  if (candidate.claims === undefined) {
    return new TokenMalformedError('The new token is no JWT, although the one held is; the one held stays in use.');
  }
  const { iss, sub, iat } = candidate.claims;
  const same = iss === held.claims.iss && sub === held.claims.sub;
  // Equal iat with other bytes is a rotation within the same second: taken.
  if (asked || !same || iat === undefined || held.claims.iat === undefined || iat >= held.claims.iat) return undefined;
  return new KubefreshError(
    'ERR_KUBEFRESH_TOKEN_OLDER',
    `${candidate} was issued ${held.claims.iat - iat} s before ${held}, which stays in use.`,
  );
}
