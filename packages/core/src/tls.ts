import { CertificateUntrustedError } from './errors.ts';
import { certificatesIn } from './pem.ts';

/**
 * What OpenSSL says of a server certificate that our CA did not sign: the CA may have been rotated, and ours may be old.
 * An expired certificate or a wrong host name is not among them: no other CA would cure those.
 * Source: nodejs.org/api/tls.html#x509-certificate-error-codes.
 */
const UNTRUSTED = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'INVALID_CA',
]);

/** Whether `error` says that the server's certificate is not signed by the CA it was checked with. */
export function isUntrusted(error: unknown): boolean {
  // No instanceof: Node's errors are of another realm where this runs in jest.
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && UNTRUSTED.has(code);
}

/** What a server was verified with. */
export interface Verifier {
  /** PEM bundle; undefined for the system's CAs. */
  readonly ca?: string | undefined;
  /** Where it was read from, if it was. */
  readonly caFile?: string | undefined;
}

/** The error for a caller whose server could not be verified: names the CA, since the TLS error names nothing. */
export function explainUntrusted(cause: Error, origin: string, { ca, caFile }: Verifier): CertificateUntrustedError {
  const from = caFile === undefined ? '' : ` of ${caFile}`;
  const verifier =
    ca === undefined ? "the system's CAs, as no CA of the cluster is known" : `the CA${from}, ${fingerprints(ca)}`;
  return new CertificateUntrustedError(
    `The certificate of ${origin} is not signed by ${verifier} (${cause.message}). Either the cluster's CA was rotated, and ` +
      'the new one (ConfigMap kube-root-ca.crt) is not in use on both sides yet, or this is not the API server.',
    { cause },
  );
}

/** Names each certificate of a PEM bundle by its SHA-256 fingerprint, as `openssl x509 -fingerprint -sha256` does. */
function fingerprints(ca: string): string {
  // Loaded here: importing us should not cost the 2 ms and 4 MB of it.
  const { X509Certificate } = process.getBuiltinModule('node:crypto');
  const names = certificatesIn(ca).map((pem) => {
    try {
      return `sha256 ${new X509Certificate(pem).fingerprint256}`;
    } catch {
      return 'a certificate that cannot be read';
    }
  });
  return names.length === 0 ? 'no certificate' : names.join(', ');
}
