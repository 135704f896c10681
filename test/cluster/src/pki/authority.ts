// @peculiar/x509 resolves its parts through decorators, which need this loaded first.
import 'reflect-metadata';
import { KeyObject, type webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A private key and its certificate, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** Names that a serving certificate is valid for. */
export interface ServingNames {
  readonly dns: readonly string[];
  readonly ip: readonly string[];
}

/** A certificate authority of the cluster. Everything it issues is valid from five minutes ago for one year. */
export class CertificateAuthority {
  /** The authority's own certificate, PEM: what clients trust. */
  readonly certificate: string;
  readonly #name: string;
  readonly #keys: webcrypto.CryptoKeyPair;

  private constructor(name: string, keys: webcrypto.CryptoKeyPair, certificate: string) {
    this.#name = name;
    this.#keys = keys;
    this.certificate = certificate;
  }

  /** Makes a new authority with a key of its own. */
  static async create(name: string): Promise<CertificateAuthority> {
    const keys = await generateKeys();
    const certificate = await X509CertificateGenerator.createSelfSigned({
      name: `CN=${name}`,
      keys,
      signingAlgorithm: ALGORITHM,
      ...validity(),
      extensions: [
        new BasicConstraintsExtension(true, undefined, true),
        new KeyUsagesExtension(
          KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign | KeyUsageFlags.digitalSignature,
          true,
        ),
      ],
    });
    return new CertificateAuthority(name, keys, `${certificate.toString('pem')}\n`);
  }

  /** A certificate for a TLS server. */
  issueServing(name: string, names: ServingNames): Promise<KeyPair> {
    const alternatives = [
      ...names.dns.map((value) => ({ type: 'dns' as const, value })),
      ...names.ip.map((value) => ({ type: 'ip' as const, value })),
    ];
    return this.#issue(
      [{ CN: [name] }],
      [new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]), new SubjectAlternativeNameExtension(alternatives)],
    );
  }

  /** A certificate that the API server reads as user and groups (common name and organizations). */
  issueClient(user: string, groups: readonly string[] = []): Promise<KeyPair> {
    const subject = [...groups.map((group) => ({ O: [group] })), { CN: [user] }];
    return this.#issue(subject, [new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth])]);
  }

  async #issue(
    subject: Record<string, string[]>[],
    extensions: (ExtendedKeyUsageExtension | SubjectAlternativeNameExtension)[],
  ): Promise<KeyPair> {
    const keys = await generateKeys();
    const certificate = await X509CertificateGenerator.create({
      subject,
      issuer: `CN=${this.#name}`,
      publicKey: keys.publicKey,
      signingKey: this.#keys.privateKey,
      signingAlgorithm: ALGORITHM,
      ...validity(),
      extensions: [new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true), ...extensions],
    });
    const key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' });
    return { certificate: `${certificate.toString('pem')}\n`, key: key.toString() };
  }
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

function validity(): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - 5 * 60_000), notAfter: new Date(now + 365 * 24 * 3_600_000) };
}
