import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** Signature algorithm of service-account tokens; the API server takes RSA and ECDSA keys. */
export type SigningAlgorithm = 'RS256' | 'ES256';

/** A key that the API server signs service-account tokens with, here also to mint tokens that it would not issue. */
export class SigningKey {
  readonly algorithm: SigningAlgorithm;
  /** Key id as kube-apiserver derives it: base64url(sha256(DER public key)) (`pkg/serviceaccount/jwt.go`). */
  readonly keyId: string;
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;

  constructor(algorithm: SigningAlgorithm = 'RS256') {
    const { privateKey, publicKey } =
      algorithm === 'RS256'
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.algorithm = algorithm;
    this.#privateKey = privateKey;
    this.#publicKey = publicKey;
    const der = publicKey.export({ type: 'spki', format: 'der' });
    this.keyId = createHash('sha256').update(der).digest('base64url');
  }

  /** Private key, PEM, for `--service-account-signing-key-file`. */
  get privatePem(): string {
    return this.#privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  }

  /** Public key, PEM, for `--service-account-key-file`. */
  get publicPem(): string {
    return this.#publicKey.export({ type: 'spki', format: 'pem' }).toString();
  }

  /**
   * Signs whatever claims it is given as a JWT.
   *
   * @param header overrides of `{ alg, kid }`; a member set to undefined is left out
   */
  sign(claims: object, header: Record<string, unknown> = {}): string {
    const fullHeader = { alg: this.algorithm, kid: this.keyId, ...header };
    const input = `${base64url(fullHeader)}.${base64url(claims)}`;
    const signature = sign('sha256', Buffer.from(input), { key: this.#privateKey, dsaEncoding: 'ieee-p1363' });
    return `${input}.${signature.toString('base64url')}`;
  }
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
