import { serviceAccountUser } from './bound-objects.ts';
import { LEGACY_CLAIMS, type TokenClaims } from './claims.ts';
import { Rejection } from './rejection.ts';
import type { User } from './user.ts';
import type { VerifyContext } from './verify-context.ts';

/** The label by which a cleaner takes an unused legacy token out of service. */
const INVALID_SINCE = 'kubernetes.io/legacy-token-invalid-since';
const ADVICE = 'Use tokens from the TokenRequest API or manually created secret-based tokens';

/**
 * Judges a token kept in a Secret (`pkg/serviceaccount/legacy.go`): the Secret must exist and hold this very token, the
 * account must be the one it was made for, and the Secret not be marked invalid. Where the account lists the Secret, as
 * clusters before 1.24 did by themselves, each answer warns of it.
 *
 * @throws {Rejection}
 */
export function verifyLegacy(
  token: string,
  claims: TokenClaims,
  { store }: VerifyContext,
): { readonly user: User; readonly warning?: string } {
  const namespace = text(claims, LEGACY_CLAIMS.namespace, 'namespace');
  const name = text(claims, LEGACY_CLAIMS.secret, 'secretName');
  const account = {
    name: text(claims, LEGACY_CLAIMS.account, 'serviceAccountName'),
    uid: text(claims, LEGACY_CLAIMS.uid, 'serviceAccountUID'),
  };
  const secret = store.find({ group: '', plural: 'secrets', namespace, name });
  if (!secret || secret.metadata.deletionTimestamp) throw new Rejection('Token has been invalidated');
  const data = secret['data'] as Record<string, string> | undefined;
  if (Buffer.from(data?.['token'] ?? '', 'base64').toString() !== token) {
    throw new Rejection("Token does not match server's copy");
  }
  const stored = store.find({ group: '', plural: 'serviceaccounts', namespace, name: account.name });
  if (!stored) throw new Rejection(`serviceaccounts ${JSON.stringify(account.name)} not found`);
  if (stored.metadata.deletionTimestamp) {
    throw new Rejection(`ServiceAccount ${namespace}/${account.name} has been deleted`);
  }
  if (stored.metadata.uid !== account.uid) {
    throw new Rejection(`ServiceAccount UID (${stored.metadata.uid}) does not match claim (${account.uid})`);
  }
  if (secret.metadata.labels?.[INVALID_SINCE]) {
    throw new Rejection(
      `the token in secret ${namespace}/${name} for service account ${namespace}/${account.name} has been marked invalid. ${ADVICE}, or remove the '${INVALID_SINCE}' label from the secret to temporarily allow use of this token`,
    );
  }
  const listed = (stored['secrets'] as readonly { readonly name?: string }[] | undefined) ?? [];
  const user = serviceAccountUser(namespace, account);
  if (!listed.some((reference) => reference.name === name)) return { user };
  return { user, warning: `${ADVICE} instead of auto-generated secret-based tokens.` };
}

function text(claims: TokenClaims, claim: string, name: string): string {
  const value = claims[claim];
  if (typeof value !== 'string' || value === '') throw new Rejection(`${name} claim is missing`);
  return value;
}
