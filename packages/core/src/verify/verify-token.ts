import type { JSONWebKeySet } from 'jose';
import { jwtVerify } from 'jose/jwt/verify';
import type { ApiConnection } from '../api/connection.ts';
import { type Clock, systemClock } from '../clock.ts';
import { InvalidOptionError } from '../errors.ts';
import type { ObjectRef, TokenClaims } from '../token/claims.ts';
import { acceptedFrom, SERVER_LEEWAY } from '../token/lifetime.ts';
import { parseToken } from '../token/parse.ts';
import type { Token } from '../token/token.ts';
import { clusterKeySet, givenKeySet, issuerKeySet, type KeySet } from './key-set.ts';
import { notYetValid, whyRefused } from './refusal.ts';
import { TokenUnverifiedError } from './token-unverified-error.ts';

/** Options of `verifyToken`. Keys come from `jwks`, else from `api`, else from `issuer`. */
export interface VerifyOptions {
  /** The audiences that this service goes by; the token must be for one of them. Never the API server's: its tokens are not for you. */
  readonly audiences: readonly string[];
  /** The cluster whose tokens are taken: its keys are read through this connection, and kept with it. */
  readonly api?: ApiConnection;
  /** Keys at hand. `issuer` says whose they are. */
  readonly jwks?: JSONWebKeySet;
  /**
   * The issuer whose tokens are taken. With `api` it is known, unless the cluster has changed its issuer. Alone it must be an
   * https URL with a public discovery document, as the big clouds' clusters have.
   */
  readonly issuer?: string;
  /** Where time comes from. Default: the machine's clocks. */
  readonly clock?: Clock;
}

/** A service-account token that was verified. */
export interface VerifiedToken {
  /** The token; to be trusted now. */
  readonly token: Token;
  /** Its claims, which are verified here. */
  readonly claims: TokenClaims;
  /** Whose it is. */
  readonly serviceAccount: ObjectRef & { readonly namespace: string };
  /** Those of your audiences that it is for. */
  readonly audiences: readonly string[];
}

/** What API servers sign with (pkg/serviceaccount/jwt.go), and external signers may (KEP-740). All asymmetric. */
const ALGORITHMS = ['RS256', 'ES256', 'ES384', 'ES512', 'PS256', 'EdDSA', 'Ed25519'];

/**
 * Verifies a service-account token that somebody presented: signature, issuer, audience, times (with the minute that the API
 * server allows too). Keys are kept, and looked up anew on an unknown key id.
 *
 * It cannot see what was revoked: a token is good here to its end although its pod or account is gone. Where that
 * matters, ask the API server: `reviewToken`.
 *
 * @param presented - The token as it came (without `Bearer `).
 * @throws TokenUnverifiedError for a token that is not to be trusted, TokenMalformedError for what is none;
 *   VerificationUnavailableError where keys cannot be had; InvalidOptionError, InsecureTransportError for the options.
 */
export async function verifyToken(presented: string, options: VerifyOptions): Promise<VerifiedToken> {
  const { audiences, issuer, clock = systemClock } = options;
  checkAudiences(audiences);
  const token = parseToken(presented);
  const { claims } = token;
  const serviceAccount = claims?.serviceAccount;
  if (token.kind !== 'bound' || claims === undefined || serviceAccount === undefined) {
    throw new TokenUnverifiedError(
      'account',
      `${token} is ${token.kind === 'legacy' ? 'a legacy token, which has no audience and no end' : 'no service-account token'}; ` +
        'ask its sender for a token of a projected volume, or of the TokenRequest API, with your audience.',
    );
  }
  const keySet = await keySetOf(options);
  await verifySignatureAndClaims(token, keySet, { audiences, now: clock.now() });
  // The API server refuses these too; jose looks at `nbf` only (go-jose: Claims.ValidateWithLeeway).
  if (clock.now() < acceptedFrom(token)) throw notYetValid(token, 'iat', clock.now());
  const expected = issuer ?? keySet.issuer();
  if (expected !== undefined && claims.iss !== expected) {
    throw new TokenUnverifiedError(
      'iss',
      `${token} was issued by ${claims.iss ?? 'nobody'}; tokens of ${expected} are taken here.`,
    );
  }
  return { token, claims, serviceAccount, audiences: audiences.filter((name) => claims.aud.includes(name)) };
}

/** @throws InvalidOptionError for audiences that would let every token in, or none. */
export function checkAudiences(audiences: readonly string[]): void {
  if (
    Array.isArray(audiences) &&
    audiences.length > 0 &&
    audiences.every((name) => typeof name === 'string' && name !== '')
  )
    return;
  throw new InvalidOptionError(
    'audiences',
    'audiences must name at least one audience that this service goes by, none empty.',
  );
}

function keySetOf({ api, jwks, issuer }: VerifyOptions): KeySet | Promise<KeySet> {
  if (jwks !== undefined) return givenKeySet(jwks);
  if (api !== undefined) return clusterKeySet(api);
  if (issuer !== undefined) return issuerKeySet(issuer);
  throw new InvalidOptionError(
    'api',
    "Say whose tokens are taken: 'api' (a connection to the cluster), 'jwks' (its keys), or 'issuer' (a public one).",
  );
}

async function verifySignatureAndClaims(
  token: Token,
  { keys }: KeySet,
  { audiences, now }: { audiences: readonly string[]; now: number },
): Promise<void> {
  try {
    await jwtVerify(token.reveal(), keys, {
      algorithms: ALGORITHMS,
      audience: [...audiences],
      clockTolerance: SERVER_LEEWAY / 1000,
      currentDate: new Date(now),
      requiredClaims: ['iss', 'exp'],
    });
  } catch (error) {
    throw whyRefused(token, error, { audiences, now });
  }
}
