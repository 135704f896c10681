import type { ClientRequest } from 'node:http';

/**
 * What OpenSSL says of a server certificate that our CA did not sign: the CA may have been rotated, and ours may be old.
 * Source: nodejs.org/api/tls.html#x509-certificate-error-codes.
 */
const UNTRUSTED: ReadonlySet<unknown> = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'INVALID_CA',
]);

/** Whether the server's certificate is not signed by the CA it was checked with. */
export function isUntrusted(error: Error & { code?: unknown }): boolean {
  return UNTRUSTED.has(error.code);
}

/**
 * Whether a kept connection turned out to be closed by the server just when it was used again, and the request can be sent
 * on another: nodejs.org/api/http.html#requestreusedsocket.
 */
export function isLost(error: Error & { code?: unknown }, { reusedSocket, method }: ClientRequest): boolean {
  return (
    reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE') && (method === 'GET' || method === 'HEAD')
  );
}
