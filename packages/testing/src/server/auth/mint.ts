import { randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { SignJWT } from 'jose/jwt/sign';
import { TestingError } from '../../errors.ts';
import { LEGACY_CLAIMS, LEGACY_ISSUER, type ObjectReference, type TokenClaims } from './claims.ts';
import { MintedToken } from './minted-token.ts';
import { createSigningKey, type SigningKey } from './signing-keys.ts';

/** What a token should say. Everything has a default, so that `mint()` alone gives an ordinary good token. */
export interface MintOptions {
  /** Default `default`. */
  readonly namespace?: string;
  /** Default `default`. Created, with its namespace, if it does not exist. */
  readonly serviceAccount?: string;
  /** Life in seconds, fractions allowed. Default 3600. Under a minute, `exp` keeps the milliseconds. */
  readonly lifetimeSeconds?: number;
  /** Default: the server's own audiences. */
  readonly audiences?: readonly string[];
  /** Binds the token to a pod: its name (created where it is missing), or a reference as it is. */
  readonly pod?: string | ObjectReference;
  /** As `pod`: a Secret. */
  readonly secret?: string | ObjectReference;
  /** As `pod`: a node. */
  readonly node?: string | ObjectReference;
  /** The moment of issue, in ms since the epoch. Default: the server's clock now. `iat` and `nbf` follow from it. */
  readonly issuedAt?: number;
  /** The one-year extension of automounted tokens: `exp` a year away, `warnafter` after `lifetimeSeconds`. */
  readonly extended?: boolean;
  /** A token of the old kind, kept in a Secret: no `exp`, no `aud`, flat claims. */
  readonly legacy?: boolean;
  /** Signed by a key that the server does not trust. */
  readonly foreignKey?: boolean;
  /** Replaces or adds claims; `undefined` takes one out. */
  readonly claims?: Record<string, unknown>;
}

/** The objects a token is bound to, looked up before it is signed. */
export interface MintSubject {
  readonly namespace: string;
  readonly account: ObjectReference;
  readonly pod?: ObjectReference;
  readonly secret?: ObjectReference;
  readonly node?: ObjectReference;
}

/** What the server brings to the minting of a token. */
export interface MintContext {
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly key: SigningKey;
  readonly now: number;
}

const DEFAULT_LIFETIME_SECONDS = 3600;
// `--service-account-extend-token-expiration`: one year (ExpirationExtensionSeconds in pkg/serviceaccount).
const EXTENDED_LIFETIME_SECONDS = 31_536_000;
// The real server rounds to whole seconds. On a token of a few seconds that would eat a visible share of its life.
const WHOLE_SECONDS_FROM = 60;

/** Signs a token for `subject`. */
export async function mintToken(
  subject: MintSubject,
  options: MintOptions,
  context: MintContext,
): Promise<MintedToken> {
  const life = options.lifetimeSeconds ?? DEFAULT_LIFETIME_SECONDS;
  if (!Number.isFinite(life)) {
    throw new TestingError(
      'ERR_KUBEFRESH_TESTING_INVALID_OPTION',
      `mint(): lifetimeSeconds must be a number of seconds (negative for a token that has expired), got ${life}`,
    );
  }
  const issuedAt = options.issuedAt ?? context.now;
  const standard = options.legacy ? legacyClaims(subject) : boundClaims(subject, options, context, issuedAt, life);
  const claims: TokenClaims = withoutUndefined({ ...standard, ...options.claims });
  const key = options.foreignKey ? createSigningKey() : context.key;
  const token = await new SignJWT(claims as JWTPayload)
    .setProtectedHeader({ alg: 'ES256', kid: key.kid })
    .sign(key.privateKey);
  return new MintedToken(token, claims);
}

function boundClaims(
  subject: MintSubject,
  options: MintOptions,
  context: MintContext,
  issuedAt: number,
  life: number,
): TokenClaims {
  const iat = Math.floor(issuedAt / 1000);
  const end = life < WHOLE_SECONDS_FROM ? Math.round(issuedAt + life * 1000) / 1000 : iat + Math.floor(life);
  return {
    iss: context.issuer,
    sub: `system:serviceaccount:${subject.namespace}:${subject.account.name}`,
    aud: options.audiences ?? context.audiences,
    exp: options.extended ? iat + EXTENDED_LIFETIME_SECONDS : end,
    iat,
    nbf: iat,
    jti: randomUUID(),
    'kubernetes.io': {
      namespace: subject.namespace,
      serviceaccount: claimOf(subject.account),
      ...(subject.pod && { pod: claimOf(subject.pod) }),
      ...(subject.secret && { secret: claimOf(subject.secret) }),
      ...(subject.node && { node: claimOf(subject.node) }),
      ...(options.extended && { warnafter: end }),
    },
  };
}

// Of a node that was not found only the name is known.
function claimOf({ name, uid }: ObjectReference): ObjectReference {
  return uid ? { name, uid } : { name };
}

function legacyClaims(subject: MintSubject): TokenClaims {
  return {
    iss: LEGACY_ISSUER,
    sub: `system:serviceaccount:${subject.namespace}:${subject.account.name}`,
    [LEGACY_CLAIMS.namespace]: subject.namespace,
    [LEGACY_CLAIMS.secret]: subject.secret?.name,
    [LEGACY_CLAIMS.account]: subject.account.name,
    [LEGACY_CLAIMS.uid]: subject.account.uid,
  };
}

function withoutUndefined(claims: Record<string, unknown>): TokenClaims {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}
