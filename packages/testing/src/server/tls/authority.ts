// @peculiar/x509 resolves its parts through tsyringe, which needs this polyfill before it is loaded.
import 'reflect-metadata';
import type { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type JsonGeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { systemClock } from '../../clock.ts';

// P-256: both keys and both certificates of a server together take about 6 ms; RSA 2048 would take 100.
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;

/** What a TLS server presents: its private key and its chain, as PEM. */
export interface ServingCertificate {
  readonly key: string;
  readonly cert: string;
}

/** A certificate authority that lives in memory, as the cluster's does on the control plane's disk. */
export interface CertificateAuthority {
  /** The authority's own certificate as PEM: what `ca.crt` holds. */
  readonly pem: string;
  /** Issues a serving certificate for these DNS names and addresses. */
  issue(names: readonly string[]): Promise<ServingCertificate>;
}

let created = 0;

/** Creates an authority with its own key and a subject no other of this process has. */
export async function createAuthority(): Promise<CertificateAuthority> {
  created += 1;
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=kubefresh testing CA ${created}`,
    serialNumber: serialNumber(),
    keys,
    signingAlgorithm: ALGORITHM,
    ...validity(),
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.digitalSignature, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return {
    pem: `${certificate.toString('pem')}\n`,
    issue: (names) => issue(certificate, keys.privateKey, names),
  };
}

async function issue(
  issuer: X509Certificate,
  signingKey: webcrypto.CryptoKey,
  names: readonly string[],
): Promise<ServingCertificate> {
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.create({
    subject: 'CN=kube-apiserver',
    serialNumber: serialNumber(),
    issuer: issuer.subject,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: ALGORITHM,
    ...validity(),
    extensions: [
      new BasicConstraintsExtension(false),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(names.map(generalName)),
      await AuthorityKeyIdentifierExtension.create(issuer),
    ],
  });
  const key = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { key: PemConverter.encode(key, 'PRIVATE KEY'), cert: certificate.toString('pem') };
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

function generalName(name: string): JsonGeneralName {
  return { type: isIP(name) ? 'ip' : 'dns', value: name };
}

// A day to either side: a test may run its clocks ahead or behind, and TLS must not be what fails then.
function validity(): { notBefore: Date; notAfter: Date } {
  const now = systemClock.now();
  return { notBefore: new Date(now - DAY_MS), notAfter: new Date(now + 3650 * DAY_MS) };
}

function serialNumber(): string {
  // The first bit is cleared: a serial number is a positive integer.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  return Buffer.from(bytes).toString('hex');
}
