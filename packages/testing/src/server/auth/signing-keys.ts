import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** One key pair that signs service-account tokens (`--service-account-signing-key-file`). */
export interface SigningKey {
  /** base64url(sha256(DER public key)), as the real API server names its keys. */
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** The keys of one server: the one that signs, and those whose signatures it still takes. */
export class SigningKeys {
  #trusted: SigningKey[] = [createSigningKey()];

  /** The key that signs new tokens. */
  get current(): SigningKey {
    const [current] = this.#trusted;
    if (!current) throw new TypeError('A server always has a signing key');
    return current;
  }

  /** The keys to try for a token's `kid`; every key for a token without one, as the real server does. */
  candidates(kid: string | undefined): readonly SigningKey[] {
    return kid === undefined ? this.#trusted : this.#trusted.filter((key) => key.kid === kid);
  }

  /** Signs with a new key from now on. `keepOld` is what an operator does with `--service-account-key-file`. */
  rotate({ keepOld = false }: { readonly keepOld?: boolean } = {}): void {
    this.#trusted = keepOld ? [createSigningKey(), ...this.#trusted] : [createSigningKey()];
  }
}

/** A fresh ES256 key pair that no server trusts yet: for tokens signed by somebody else, too. */
export function createSigningKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return { kid: createHash('sha256').update(der).digest('base64url'), privateKey, publicKey };
}
