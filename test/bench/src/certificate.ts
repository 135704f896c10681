// @peculiar/x509 resolves its parts through tsyringe, which needs this polyfill before it is loaded.
import 'reflect-metadata';
import { KeyObject } from 'node:crypto';
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';

/** What a server presents, as PEM. The certificate signs itself, so it is its own CA. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** P-256, as API servers have it: what a handshake costs is a part of what is measured. */
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY = 86_400_000;

/** Makes a certificate for 127.0.0.1, valid for a day. */
export async function createCertificate(): Promise<Certificate> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=kubefresh bench',
    keys,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(Date.now() - DAY),
    notAfter: new Date(Date.now() + DAY),
    extensions: [new SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }])],
  });
  const key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' });
  return { key: String(key), cert: `${certificate.toString('pem')}\n` };
}
