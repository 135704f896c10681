import { inspect } from 'node:util';
import type { TokenClaims } from './claims.ts';

/** A signed token with what it says. Prints as `[MintedToken jti=…]`; the text is in {@link MintedToken.token} only. */
export class MintedToken {
  readonly #token: string;
  /** What was signed. */
  readonly claims: TokenClaims;

  constructor(token: string, claims: TokenClaims) {
    this.#token = token;
    this.claims = claims;
  }

  /** The compact JWT: the secret itself. */
  get token(): string {
    return this.#token;
  }

  /**
   * When its client should count it as over, in ms since the epoch: `status.expirationTimestamp` of a TokenRequest,
   * which for an extended token is its `warnafter`. Infinity for a token without end.
   */
  get expiresAt(): number {
    return (this.claims['kubernetes.io']?.warnafter ?? this.claims.exp ?? Number.POSITIVE_INFINITY) * 1000;
  }

  /** The token's id, by which journals and faults name it. Empty if the claims were minted without one. */
  get jti(): string {
    return this.claims.jti ?? '';
  }

  /** The label, never the text. */
  [inspect.custom](): string {
    return `[MintedToken jti=${this.jti}]`;
  }
}
