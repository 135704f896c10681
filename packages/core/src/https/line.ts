import { validateHeaderValue } from 'node:http';
import { OriginList } from '../origins.ts';
import { Presenter } from '../presenter.ts';
import type { Credential } from '../source/types.ts';
import { explainUntrusted, isUntrusted } from '../tls.ts';
import type { AgentOptions } from './options.ts';

/** What all requests of one agent share. */
export class Line extends Presenter {
  readonly origins: OriginList;
  readonly #fixedCA: string | undefined;
  #checked: Credential | undefined;

  /** @throws InvalidOptionError for what is no source, or no list of origins; InsecureTransportError: see `allowInsecure`. */
  constructor({ source, origins, ca, allowInsecure = false }: AgentOptions) {
    super(source);
    this.origins = new OriginList(origins, { allowInsecure });
    this.#fixedCA = ca;
  }

  /** The CA that requests with this credential are verified with; undefined for the system's, '' for none at all. */
  caOf(credential: Credential): string | undefined {
    return this.#fixedCA ?? credential.ca;
  }

  /** Whether the CA is never another one. */
  get caIsFixed(): boolean {
    return this.#fixedCA !== undefined;
  }

  /** @throws TypeError (ERR_INVALID_CHAR) for a token that fits in no header, which can come from a source of others only. */
  override headerOf(credential: Credential): string {
    const value = super.headerOf(credential);
    if (credential !== this.#checked) {
      validateHeaderValue('Authorization', value);
      this.#checked = credential;
    }
    return value;
  }

  /** A server that the CA of now did not sign: the source looks again, for the next request. */
  learnFrom(error: Error, origin: string, { ca, caFile }: Credential): void {
    if (!isUntrusted(error)) return;
    const verifier = this.#fixedCA === undefined ? { ca, caFile } : { ca: this.#fixedCA };
    error.message = explainUntrusted(error, origin, verifier).message;
    void this.afterUntrusted();
  }
}
