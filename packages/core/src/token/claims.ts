import { TokenMalformedError } from '../errors.ts';

/** A named object with the uid that ties a token to this very incarnation of it. */
export interface ObjectRef {
  /** `metadata.name`. */
  readonly name: string;
  /** `metadata.uid`; absent where the token does not say it. */
  readonly uid?: string;
}

/**
 * The claims of a token, read but not verified. Times are seconds since the epoch, as in the JWT.
 * Sources: RFC 7519; KEP-1205 (bound tokens), KEP-4193 (jti, node).
 */
export interface TokenClaims {
  /** Who issued it: the cluster's `--service-account-issuer`. */
  readonly iss?: string;
  /** Whose it is: `system:serviceaccount:<namespace>:<name>`. */
  readonly sub?: string;
  /** The audiences; a single string in the JWT is a list of one here. Empty when there is none (legacy tokens). */
  readonly aud: readonly string[];
  /** Issued at, s. */
  readonly iat?: number;
  /** Not valid before, s. */
  readonly nbf?: number;
  /** Not valid after, s. */
  readonly exp?: number;
  /**
   * When an extended token should have been replaced, s. The API server stretches a pod's token to a year and counts its
   * use after this moment (`--service-account-extend-token-expiration`).
   */
  readonly warnafter?: number;
  /** The token's own id; what the audit log calls `JTI=<jti>`. */
  readonly jti?: string;
  /** The account's namespace. */
  readonly namespace?: string;
  /** The account. */
  readonly serviceAccount?: ObjectRef & { readonly namespace: string };
  /** The pod that it ends with, where it is bound to one. */
  readonly pod?: ObjectRef;
  /** The node that its pod was on when it was issued, or that it is bound to itself (KEP-4193). */
  readonly node?: ObjectRef;
  /** The Secret that it ends with, or that a legacy token is kept in. */
  readonly secret?: ObjectRef;
}

/**
 * What a text of a claim may be to be printed: nothing that could start a new line of a log. The longest that Kubernetes makes is
 * a `sub` of 339 characters: `system:serviceaccount:`, a namespace of 63, a name of 253.
 */
const PRINTABLE = /^[\x21-\x7e]{1,512}$/u;

/**
 * Picks the claims that we know out of a decoded payload.
 * @throws TokenMalformedError when a time is no number, naming the claim.
 */
export function readClaims(payload: Readonly<Record<string, unknown>>): TokenClaims {
  const kubernetes = record(payload['kubernetes.io']);
  // Legacy tokens have these flat, beside each other: kubernetes.io/serviceaccount/namespace, …
  const flat = (name: string) => payload[`kubernetes.io/serviceaccount/${name}`];
  const namespace = printable(kubernetes['namespace'] ?? flat('namespace'));
  const account = objectRef(
    kubernetes['serviceaccount'] ?? { name: flat('service-account.name'), uid: flat('service-account.uid') },
  );
  return Object.freeze({
    aud: Object.freeze(strings(payload['aud'])),
    ...some('iss', printable(payload['iss'])),
    ...some('sub', printable(payload['sub'])),
    ...some('iat', time('iat', payload['iat'])),
    ...some('nbf', time('nbf', payload['nbf'])),
    ...some('exp', time('exp', payload['exp'])),
    ...some('warnafter', time('warnafter', kubernetes['warnafter'])),
    ...some('jti', printable(payload['jti'])),
    ...some('namespace', namespace),
    ...some(
      'serviceAccount',
      account && namespace !== undefined ? Object.freeze({ ...account, namespace }) : undefined,
    ),
    ...some('pod', objectRef(kubernetes['pod'])),
    ...some('node', objectRef(kubernetes['node'])),
    ...some('secret', objectRef(kubernetes['secret'] ?? { name: flat('secret.name') })),
  });
}

/** `{ [key]: value }`, or nothing where there is no value: an absent claim is an absent property. */
function some<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]: Value });
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function printable(value: unknown): string | undefined {
  return typeof value === 'string' && PRINTABLE.test(value) ? value : undefined;
}

function strings(value: unknown): string[] {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  // The copy has just the room it needs; what filter() returns has room for 16 more, in each of ten thousand tokens.
  return [...all.filter((item): item is string => printable(item) !== undefined)];
}

/** The largest moment that a Date can hold, s: beyond it no schedule is possible. */
const LAST_MOMENT = 8.64e12;

function time(claim: string, value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && value >= 0 && value <= LAST_MOMENT) return value;
  throw new TokenMalformedError(`The payload of the token has a claim '${claim}' that is no time in seconds.`);
}

function objectRef(value: unknown): ObjectRef | undefined {
  const { name, uid } = record(value);
  const known = printable(name);
  return known === undefined ? undefined : Object.freeze({ name: known, ...some('uid', printable(uid)) });
}
