import { decodeJwt } from 'jose/jwt/decode';
import type { TokenClaims } from './claims.ts';

/**
 * What a request says about who sent it:
 * `none` no Authorization header, `blank` a bearer without token, `bearer` a token, `other` another scheme.
 */
export type CredentialKind = 'none' | 'blank' | 'bearer' | 'other';

/** The credential of a request. The token itself is kept out of everything that is shown. */
export interface BearerCredential {
  readonly kind: CredentialKind;
  readonly token?: string;
  /** The claims as the token states them, unverified; undefined for an opaque token. */
  readonly claims?: TokenClaims;
  /** What the client is told in a Warning header. */
  readonly warning?: string;
}

const EXTRA_SPACE = 'the provided Authorization header contains extra space before the bearer token, and is ignored';

/** Reads an Authorization header as the API server does (`apiserver/pkg/authentication/request/bearertoken`). */
export function readBearer(header: string | undefined): BearerCredential {
  const text = header?.trim() ?? '';
  if (text === '') return { kind: 'none' };
  // SplitN by single spaces: two spaces after "Bearer" make an empty token, which counts as none.
  const [scheme = '', token = '', more] = text.split(' ');
  if (scheme.toLowerCase() !== 'bearer') return { kind: 'other' };
  if (token === '') return { kind: 'blank', ...(more !== undefined && { warning: EXTRA_SPACE }) };
  const claims = claimsOf(token);
  return { kind: 'bearer', token, ...(claims && { claims }) };
}

function claimsOf(token: string): TokenClaims | undefined {
  try {
    return decodeJwt(token) as TokenClaims;
  } catch {
    return undefined;
  }
}
