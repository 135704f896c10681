/** A named object with the uid that ties a token to this very incarnation of it. */
export interface ObjectRef {
  readonly name: string;
  readonly uid?: string;
}

/**
 * The claims of a token, read but not verified. Times are seconds since the epoch, as in the JWT.
 * Sources: RFC 7519; KEP-1205 (bound tokens), KEP-4193 (jti, node).
 */
export interface TokenClaims {
  readonly iss?: string;
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
  readonly namespace?: string;
  readonly serviceAccount?: ObjectRef & { readonly namespace: string };
  readonly pod?: ObjectRef;
  readonly node?: ObjectRef;
  readonly secret?: ObjectRef;
}
