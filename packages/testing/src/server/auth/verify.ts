import type { KeyObject } from 'node:crypto';
import { decodeProtectedHeader } from 'jose/decode/protected_header';
import { compactVerify } from 'jose/jws/compact/verify';
import { decodeJwt } from 'jose/jwt/decode';
import { verifyBoundObjects } from './bound-objects.ts';
import { audiencesOf, LEGACY_ISSUER, type TokenClaims } from './claims.ts';
import { verifyLegacy } from './legacy.ts';
import { NoToken, Rejection } from './rejection.ts';
import type { SigningKeys } from './signing-keys.ts';
import type { User } from './user.ts';
import type { VerifyContext } from './verify-context.ts';

/** A token found good: who it is, and which of the asked audiences it serves. */
export interface Verified {
  readonly user: User;
  readonly claims: TokenClaims;
  readonly audiences: readonly string[];
  /** What its user is told in a Warning header of each answer. */
  readonly warning?: string;
}

/**
 * Judges a service-account token as the API server does, in its order: issuer, signature, audience, times, objects.
 *
 * @throws {Rejection} with the words that the real server would write into its log.
 */
export async function verifyToken(
  token: string,
  context: VerifyContext,
  wanted: readonly string[] = context.audiences,
): Promise<Verified> {
  const { iss } = unverifiedClaims(token);
  if (iss !== LEGACY_ISSUER && iss !== context.issuer) {
    throw new NoToken(`issuer ${JSON.stringify(iss)} is not trusted`);
  }
  const claims = await verifySignature(token, context.keys);
  // A token without any audience speaks to the API server only: its implicit audience.
  const stated = audiencesOf(claims);
  const own = stated.length > 0 ? stated : context.audiences;
  const audiences = own.filter((audience) => wanted.includes(audience));
  if (audiences.length === 0) {
    throw new Rejection(`token audiences ${goList(own)} is invalid for the target audiences ${goList(wanted)}`);
  }
  if (iss === LEGACY_ISSUER) return { ...verifyLegacy(token, claims, context), claims, audiences };
  verifyTimes(claims, context);
  return { user: verifyBoundObjects(claims, context), claims, audiences };
}

// Before any signature is looked at: a token of others is none of this authenticator's business.
function unverifiedClaims(token: string): TokenClaims {
  try {
    return decodeJwt(token) as TokenClaims;
  } catch (cause) {
    throw new NoToken('the token is no JWT', { cause });
  }
}

// As %q prints a list in Go.
function goList(texts: readonly string[]): string {
  return `[${texts.map((text) => JSON.stringify(text)).join(' ')}]`;
}

async function verifySignature(token: string, keys: SigningKeys): Promise<TokenClaims> {
  let kid: string | undefined;
  try {
    kid = decodeProtectedHeader(token).kid;
  } catch (cause) {
    throw new NoToken('the token is no JWT', { cause });
  }
  const candidates = keys.candidates(kid);
  if (candidates.length === 0) throw new Rejection('invalid signature, no keys found');
  for (const key of candidates) {
    const claims = await verifiedPayload(token, key.publicKey);
    if (claims) return claims;
  }
  throw new Rejection('go-jose/go-jose: error in cryptographic primitive');
}

async function verifiedPayload(token: string, key: KeyObject): Promise<TokenClaims | undefined> {
  try {
    const { payload } = await compactVerify(token, key, { algorithms: ['ES256'] });
    return JSON.parse(new TextDecoder().decode(payload)) as TokenClaims;
  } catch {
    return undefined;
  }
}

function verifyTimes(claims: TokenClaims, context: VerifyContext): void {
  const now = context.now() / 1000;
  const leeway = context.leewaySeconds;
  if (claims.nbf !== undefined && now + leeway < claims.nbf)
    throw new Rejection('service account token is not valid yet');
  if (claims.exp !== undefined && now - leeway > claims.exp) throw new Rejection('service account token has expired');
  if (claims.iat !== undefined && now + leeway < claims.iat) {
    throw new Rejection('service account token is issued in the future');
  }
}
