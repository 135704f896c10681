import type { ClusterPki } from '../pki/cluster-pki.ts';
import { type SigningAlgorithm, SigningKey } from '../pki/signing-key.ts';
import type { ApiServer } from './apiserver.ts';

/** The keys of service-account tokens. */
export class SigningKeys {
  readonly #pki: ClusterPki;
  readonly #apiServer: ApiServer;
  #current: SigningKey;

  constructor(pki: ClusterPki, apiServer: ApiServer, first: SigningKey) {
    this.#pki = pki;
    this.#apiServer = apiServer;
    this.#current = first;
  }

  /** The key that tokens are signed with now. */
  get current(): SigningKey {
    return this.#current;
  }

  /**
   * Makes the API server sign with a new key; it restarts for that (about 2 s), for it reads keys at start only.
   *
   * @param previous `keep`: tokens signed before stay valid; `drop`: each of them gets 401 from now on
   */
  async rotate(previous: 'keep' | 'drop', algorithm?: SigningAlgorithm): Promise<void> {
    const old = this.#current;
    this.#current = new SigningKey(algorithm);
    const files = this.#pki.writeSigningKeys(this.#current, previous === 'keep' ? [old] : []);
    await this.#apiServer.restart({ 'service-account-key-file': files });
  }
}
