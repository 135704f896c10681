import { serviceAccountUser, verifyObject } from './bound-objects.ts';
import { LEGACY_CLAIMS, type TokenClaims } from './claims.ts';
import { Rejection } from './rejection.ts';
import type { User } from './user.ts';
import type { VerifyContext } from './verify-context.ts';

/** The label by which a cleaner takes an unused legacy token out of service. */
const INVALID_SINCE = 'kubernetes.io/legacy-token-invalid-since';

/**
 * Judges a token kept in a Secret (`pkg/serviceaccount/legacy.go`): the Secret must exist, hold this very token and not
 * be marked invalid, and the account must be the one it was made for.
 *
 * @throws {Rejection}
 */
export function verifyLegacy(
  token: string,
  claims: TokenClaims,
  context: VerifyContext,
): { user: User; claims: TokenClaims } {
  const namespace = text(claims, LEGACY_CLAIMS.namespace);
  const account = { name: text(claims, LEGACY_CLAIMS.account), uid: text(claims, LEGACY_CLAIMS.uid) };
  const name = text(claims, LEGACY_CLAIMS.secret);
  const secret = context.store.find({ group: '', plural: 'secrets', namespace, name });
  const data = secret?.['data'] as Record<string, string> | undefined;
  if (!secret || Buffer.from(data?.['token'] ?? '', 'base64').toString() !== token) {
    throw new Rejection('service account token has been invalidated');
  }
  if (secret.metadata.labels?.[INVALID_SINCE]) throw new Rejection('the token in the secret has been marked invalid');
  verifyObject(context, 'serviceaccounts', namespace, account);
  return { user: serviceAccountUser(namespace, account), claims };
}

function text(claims: TokenClaims, name: string): string {
  const value = claims[name];
  if (typeof value !== 'string' || value === '') throw new Rejection(`${name} is missing`);
  return value;
}
