import { X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';
import { until } from '../machine/waiting.ts';
import { CertificateAuthority, type KeyPair } from '../pki/authority.ts';
import type { ClusterPki } from '../pki/cluster-pki.ts';

/** The API server notices a changed file by inotify, in about 10 ms. */
const RELOAD_TIMEOUT_MS = 10_000;

/** Told what clients are to trust from now on, PEM. */
export type BundleListener = (bundle: string) => void | Promise<void>;

/** The API server's certificate and the authority behind it. */
export class ServingCertificates {
  readonly #pki: ClusterPki;
  readonly #port: number;
  #authority: CertificateAuthority;
  #bundle: string;
  readonly #listeners: BundleListener[] = [];

  private constructor(pki: ClusterPki, port: number, authority: CertificateAuthority) {
    this.#pki = pki;
    this.#port = port;
    this.#authority = authority;
    this.#bundle = authority.certificate;
  }

  /** Makes the first authority and certificate, for a server that is still to start on this port. */
  static async create(pki: ClusterPki, port: number): Promise<ServingCertificates> {
    const authority = await createAuthority();
    await pki.issueServing(authority);
    pki.write('ca.crt', authority.certificate);
    return new ServingCertificates(pki, port, authority);
  }

  /** What clients are to trust, PEM: one certificate, or two while an old authority is kept. */
  get bundle(): string {
    return this.#bundle;
  }

  /** Has a listener told of every change; changes wait for it. */
  onBundle(listener: BundleListener): void {
    this.#listeners.push(listener);
  }

  /** Replaces the certificate, by the same authority. Open connections live on. */
  async rotate(): Promise<void> {
    await this.#served(await this.#pki.issueServing(this.#authority));
  }

  /**
   * Replaces the authority, and with it the certificate. Returns when everybody was told: the administrator's client
   * trusts the new one, and `kube-root-ca.crt` holds it (node profile). Pods see it when the kubelet next writes their
   * volume.
   *
   * @param previous `keep`: the bundle goes on holding the old authority too, as in an orderly rotation; `drop`: it
   * does not
   */
  async rotateAuthority(previous: 'keep' | 'drop'): Promise<void> {
    const old = this.#authority;
    this.#authority = await createAuthority();
    this.#bundle = this.#authority.certificate + (previous === 'keep' ? old.certificate : '');
    this.#pki.write('ca.crt', this.#bundle);
    await this.rotate();
    for (const listener of this.#listeners) await listener(this.#bundle);
  }

  /** Resolves when new connections get this certificate. */
  #served({ certificate }: KeyPair): Promise<true> {
    const { fingerprint256 } = new X509Certificate(certificate);
    return until('the API server to take up its new certificate', () => this.#serves(fingerprint256), {
      timeoutMs: RELOAD_TIMEOUT_MS,
      intervalMs: 10,
    });
  }

  #serves(fingerprint: string): Promise<boolean> {
    return new Promise((resolve, reject) => {
      // What the server shows is looked at, not trusted.
      const socket = connect({ host: '127.0.0.1', port: this.#port, rejectUnauthorized: false }, () => {
        resolve(socket.getPeerCertificate().fingerprint256 === fingerprint);
        socket.destroy();
      }).on('error', reject);
    });
  }
}

function createAuthority(): Promise<CertificateAuthority> {
  return CertificateAuthority.create(`kubefresh-ca-${Date.now()}`);
}
