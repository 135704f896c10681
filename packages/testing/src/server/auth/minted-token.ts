import { inspect } from 'node:util';
import type { TokenClaims } from './claims.ts';

/** A signed token with what it says. Prints as `[MintedToken jti=…]`; the text is in {@link MintedToken.token} only. */
export class MintedToken {
  readonly #token: string;
  /** What was signed. */
  readonly claims: TokenClaims;
  /** When it ends for the client, in milliseconds since the epoch: `status.expirationTimestamp` of a TokenRequest. */
  readonly expiresAt: number;

  constructor(token: string, claims: TokenClaims, expiresAt: number) {
    this.#token = token;
    this.claims = claims;
    this.expiresAt = expiresAt;
  }

  /** The compact JWT: the secret itself. */
  get token(): string {
    return this.#token;
  }

  /** The token's id, by which journals and faults name it. Empty if the claims were minted without one. */
  get jti(): string {
    return this.claims.jti ?? '';
  }

  [inspect.custom](): string {
    return `[MintedToken jti=${this.jti}]`;
  }
}
