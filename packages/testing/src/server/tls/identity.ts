import { type CertificateAuthority, createAuthority, type ServingCertificate } from './authority.ts';

/** How {@link ServerIdentity.rotate} and `server.rotateCA()` change the authority. */
export interface RotateCAOptions {
  /** Keep the certificates of before in {@link ServerIdentity.caBundle}, as a careful rotation does. Default false. */
  readonly keepOld?: boolean;
  /** Serve a certificate of the new authority at once. Default true; false is "the file first, the server later". */
  readonly serve?: boolean;
}

/** Who the server is: the certificate it serves and the bundle by which clients should know it. */
export class ServerIdentity {
  readonly #names: readonly string[];
  #authorities: CertificateAuthority[];
  #serving: ServingCertificate;

  private constructor(names: readonly string[], authority: CertificateAuthority, serving: ServingCertificate) {
    this.#names = names;
    this.#authorities = [authority];
    this.#serving = serving;
  }

  static async create(names: readonly string[]): Promise<ServerIdentity> {
    const authority = await createAuthority();
    return new ServerIdentity(names, authority, await authority.issue(names));
  }

  /** The bundle that belongs into `ca.crt` now, newest certificate first. */
  get caBundle(): string {
    return this.#authorities.map((authority) => authority.pem).join('');
  }

  get serving(): ServingCertificate {
    return this.#serving;
  }

  async rotate({ keepOld = false, serve = true }: RotateCAOptions = {}): Promise<void> {
    const authority = await createAuthority();
    this.#authorities = keepOld ? [authority, ...this.#authorities] : [authority];
    if (serve) await this.reissue();
  }

  /** A new serving certificate, signed by the newest authority. */
  async reissue(): Promise<void> {
    const [newest] = this.#authorities;
    if (newest) this.#serving = await newest.issue(this.#names);
  }

  /** Takes every authority but the newest out of the bundle: the end of a careful rotation. */
  dropOld(): void {
    this.#authorities = this.#authorities.slice(0, 1);
  }
}
