/** A named object with its uid, as the `kubernetes.io` claim of a bound token refers to it. */
export interface ObjectReference {
  /** `metadata.name`. */
  readonly name: string;
  /** Absent only for a node that a pod is on and that does not exist. */
  readonly uid?: string;
}

/** The private claim of a bound service-account token (`pkg/serviceaccount/claims.go`). */
export interface KubernetesClaims {
  /** The account's namespace. */
  readonly namespace?: string;
  /** The account. */
  readonly serviceaccount?: ObjectReference;
  /** The pod it is bound to. */
  readonly pod?: ObjectReference;
  /** The Secret it is bound to. */
  readonly secret?: ObjectReference;
  /** The node of its pod, or that it is bound to itself. */
  readonly node?: ObjectReference;
  /** Seconds since the epoch after which an extended token counts as stale. */
  readonly warnafter?: number;
}

/** The claims of a service-account token. All times are seconds since the epoch. */
export interface TokenClaims {
  /** Issuer. */
  readonly iss?: string;
  /** Subject: `system:serviceaccount:<namespace>:<name>`. */
  readonly sub?: string;
  /** Audiences. */
  readonly aud?: string | readonly string[];
  /** Not valid after, s; fractions allowed. */
  readonly exp?: number;
  /** Issued at, s. */
  readonly iat?: number;
  /** Not valid before, s. */
  readonly nbf?: number;
  /** The token's own id. */
  readonly jti?: string;
  /** What it is bound to. */
  readonly 'kubernetes.io'?: KubernetesClaims;
  /** Any other claim that a test puts in. */
  readonly [claim: string]: unknown;
}

/** The issuer of tokens kept in Secrets, which need no expiry and no audience. */
export const LEGACY_ISSUER = 'kubernetes/serviceaccount';

/** The flat claims of such a legacy token. */
export const LEGACY_CLAIMS = {
  namespace: 'kubernetes.io/serviceaccount/namespace',
  secret: 'kubernetes.io/serviceaccount/secret.name',
  account: 'kubernetes.io/serviceaccount/service-account.name',
  uid: 'kubernetes.io/serviceaccount/service-account.uid',
} as const;

/** The audiences of a token as a list, whatever form `aud` has. */
export function audiencesOf(claims: TokenClaims): readonly string[] {
  if (claims.aud === undefined) return [];
  return typeof claims.aud === 'string' ? [claims.aud] : claims.aud;
}
