import { CredentialUnavailableError } from '../../../src/errors.ts';
import type { CredentialSource } from '../../../src/source/types.ts';
import { parseToken } from '../../../src/token/parse.ts';
import type { Token } from '../../../src/token/token.ts';
import { makeToken, type TokenRecipe } from '../../support/make-token.ts';

/** A source to ask with that has the token it is told to have, and tells nobody; none before the first `askAs`. */
export class AskingSource {
  #token: Token | undefined;
  readonly source = {
    current: () => {
      if (this.#token === undefined) throw new CredentialUnavailableError('No token yet.');
      return { token: this.#token };
    },
    on: () => this.source,
    off: () => this.source,
  } as unknown as CredentialSource;

  askAs(token: string | TokenRecipe): void {
    this.#token = parseToken(typeof token === 'string' ? token : makeToken(token));
  }
}
