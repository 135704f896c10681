import { KubefreshError } from '../errors.ts';
import { explainRejection } from '../token/explain.ts';
import type { Token } from '../token/token.ts';
import { TokenUnverifiedError, VerificationUnavailableError } from './token-unverified-error.ts';

/** What the token was judged by. */
export interface Judgement {
  readonly audiences: readonly string[];
  /** ms since the epoch. */
  readonly now: number;
}

/** Puts what jose found into words, by its stable codes. Its own errors hold the claims, never the token. */
export function whyRefused(token: Token, cause: unknown, { audiences, now }: Judgement): KubefreshError {
  if (KubefreshError.is(cause)) return cause;
  const { code, claim, message } = cause as { code?: string; claim?: string; message?: string };
  const refuse = (field: string, why: string) => new TokenUnverifiedError(field, `${token} ${why}`, { cause });
  switch (code) {
    case 'ERR_JWT_EXPIRED':
      return refuse('exp', `expired ${Math.round((now - (token.claims?.exp ?? 0) * 1000) / 1000)} s ago.`);
    case 'ERR_JWT_CLAIM_VALIDATION_FAILED':
      if (claim === 'nbf') return notYetValid(token, claim, now, cause);
      return refuse(claim ?? 'claims', whyClaim(token, claim, audiences));
    case 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED':
      return refuse('signature', 'has a signature that does not fit: it was altered, or is of another cluster.');
    case 'ERR_JWKS_NO_MATCHING_KEY':
    case 'ERR_JWKS_MULTIPLE_MATCHING_KEYS':
      return refuse(
        'kid',
        'was signed with a key that its issuer does not have: it is of another cluster, or the signing key was replaced.',
      );
    case 'ERR_JOSE_ALG_NOT_ALLOWED':
    case 'ERR_JOSE_NOT_SUPPORTED':
      return refuse('alg', 'is signed in a way that no API server uses.');
    case 'ERR_JWS_INVALID':
    case 'ERR_JWT_INVALID':
      return refuse('signature', 'is no JWT that can be verified.');
    default:
      return new VerificationUnavailableError(
        `The keys to verify ${token} cannot be had: ${message ?? String(cause)}`,
        { cause },
      );
  }
}

/** The error for a token of the future, by its claim `nbf` or `iat`. */
export function notYetValid(token: Token, claim: 'nbf' | 'iat', now: number, cause?: unknown): TokenUnverifiedError {
  const { message } = explainRejection(token, { status: 401, now });
  return new TokenUnverifiedError(claim, `${token} is not valid yet. ${message}`, cause === undefined ? {} : { cause });
}

function whyClaim(token: Token, claim: string | undefined, audiences: readonly string[]): string {
  if (claim === 'aud') {
    return (
      `is for [${token.claims?.aud.join(', ')}]; this service goes by [${audiences.join(', ')}]. Its sender needs a projected ` +
      'serviceAccountToken volume, or a TokenRequest, with that audience.'
    );
  }
  return `lacks a claim that every service-account token has: ${claim}.`;
}
