import { systemClock } from '../../clock.ts';
import { type MintOptions, type MintSubject, mintToken } from './mint.ts';
import type { MintedToken } from './minted-token.ts';
import type { SigningKeys } from './signing-keys.ts';

/** The part of the server that signs tokens, whoever asks for them. */
export class TokenIssuer {
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly #keys: SigningKeys;
  readonly #now: () => number;
  readonly #mintedAt = new Map<string, number>();

  constructor(parts: {
    readonly issuer: string;
    readonly audiences: readonly string[];
    readonly keys: SigningKeys;
    readonly now: () => number;
  }) {
    this.issuer = parts.issuer;
    this.audiences = parts.audiences;
    this.#keys = parts.keys;
    this.#now = parts.now;
  }

  async issue(subject: MintSubject, options: MintOptions): Promise<MintedToken> {
    const { issuer, audiences } = this;
    const minted = await mintToken(subject, options, { issuer, audiences, key: this.#keys.current, now: this.#now() });
    this.#mintedAt.set(minted.jti, systemClock.now());
    return minted;
  }

  /** When the token of this id was minted, in ms since the epoch by the machine's clock. */
  mintedAt(jti: string): number | undefined {
    return this.#mintedAt.get(jti);
  }
}
