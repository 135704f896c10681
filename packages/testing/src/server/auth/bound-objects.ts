import type { ObjectReference, TokenClaims } from './claims.ts';
import { Rejection } from './rejection.ts';
import type { User } from './user.ts';
import type { VerifyContext } from './verify-context.ts';

// An object under deletion still vouches for its tokens this long (`invalidIfDeletedBefore` in pkg/serviceaccount/claims.go).
const DELETION_GRACE_MS = 60_000;

// The words of pkg/serviceaccount/claims.go.
const INVALIDATED = 'service account token has been invalidated';
const UID_WORDS = {
  serviceaccounts: ['service account', 'claim'],
  secrets: ['secret', 'service account secret ref claim'],
  pods: ['pod', 'service account pod ref claim'],
  nodes: ['node', 'service account node ref claim'],
} as const;

const EXTRA = 'authentication.kubernetes.io/';

/** Checks every object a token is bound to, and says who the token's user is. */
export function verifyBoundObjects(claims: TokenClaims, context: VerifyContext): User {
  const bound = claims['kubernetes.io'];
  const account = bound?.serviceaccount;
  const namespace = bound?.namespace;
  // The words of the look-up of an account without a name.
  if (!account?.name || !namespace) throw new Rejection('resource name may not be empty');
  verifyObject(context, 'serviceaccounts', namespace, account);
  if (bound.secret) verifyObject(context, 'secrets', namespace, bound.secret);
  if (bound.pod) verifyObject(context, 'pods', namespace, bound.pod);
  // The node of a pod-bound token is information only: a forged one is repeated, not refused.
  else if (bound.node) verifyObject(context, 'nodes', undefined, bound.node);
  return serviceAccountUser(namespace, account, {
    ...(claims.jti && { 'credential-id': `JTI=${claims.jti}` }),
    ...(bound.node && { 'node-name': bound.node.name, 'node-uid': bound.node.uid }),
    ...(bound.pod && { 'pod-name': bound.pod.name, 'pod-uid': bound.pod.uid }),
  });
}

/** The user of a service account, with the groups the API server gives it. */
export function serviceAccountUser(
  namespace: string,
  account: ObjectReference,
  extra: Readonly<Record<string, string>> = {},
): User {
  const entries = Object.entries(extra).map(([key, value]) => [EXTRA + key, [value]] as const);
  return {
    username: `system:serviceaccount:${namespace}:${account.name}`,
    ...(account.uid !== undefined && { uid: account.uid }),
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    ...(entries.length > 0 && { extra: Object.fromEntries(entries) }),
  };
}

/** @throws {Rejection} if the object is gone, has another uid, or was deleted longer ago than the grace. */
function verifyObject(
  context: VerifyContext,
  plural: 'serviceaccounts' | 'secrets' | 'pods' | 'nodes',
  namespace: string | undefined,
  reference: ObjectReference,
): void {
  const object = context.store.find({ group: '', plural, namespace, name: reference.name });
  if (!object) {
    throw new Rejection(
      plural === 'serviceaccounts' ? `serviceaccounts ${JSON.stringify(reference.name)} not found` : INVALIDATED,
    );
  }
  if (object.metadata.uid !== reference.uid) {
    const [what, claim] = UID_WORDS[plural];
    throw new Rejection(`${what} UID (${object.metadata.uid}) does not match ${claim} (${reference.uid})`);
  }
  const deleted = object.metadata.deletionTimestamp;
  if (deleted && Date.parse(deleted) + DELETION_GRACE_MS < context.now()) {
    throw new Rejection(
      plural === 'serviceaccounts' ? `service account ${namespace}/${reference.name} has been deleted` : INVALIDATED,
    );
  }
}
