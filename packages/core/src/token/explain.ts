import { audience, issuer, kind, validity, youth } from './explain-claims.ts';
import { acceptedNow, answeredByOthers, boundObjects, serversWords, signingKey } from './explain-server.ts';
import { type ExplainEvidence, type Explanation, type Facts, type Finding, likely } from './explanation.ts';
import type { Token } from './token.ts';

/** A `now` this close to the `Date` header, ms, is by the server's clock: the header has whole seconds and may be some old. */
const SAME_CLOCK = 10_000;

/**
 * The checks, the surest first: who answered at all; what the server itself says; then what our own claims tell; last, what
 * remains when all of that is in order.
 */
const CHECKS: readonly ((token: Token, facts: Facts) => Finding)[] = [
  answeredByOthers,
  serversWords,
  validity,
  boundObjects,
  signingKey,
  acceptedNow,
  kind,
  issuer,
  audience,
  youth,
  remains,
];

/**
 * Says why the API server refused a request with `token`: its 401 is always the same bare "Unauthorized", and the reason
 * stands only in its own log. Pure: it asks nobody and reads nothing but the clock, and that only when neither `now` nor
 * `date` is given. `investigateRejection` of `@kubefresh/core/verify` gathers more evidence by asking the server.
 *
 * @param token - The token that was sent.
 * @param evidence - What is known about the response and the cluster.
 */
export function explainRejection(token: Token, evidence: ExplainEvidence): Explanation {
  const date = evidence.date === undefined ? Number.NaN : Date.parse(evidence.date);
  const now = evidence.now ?? (Number.isNaN(date) ? Date.now() : date);
  const facts = { ...evidence, now, serversClock: Math.abs(now - date) <= SAME_CLOCK };
  for (const check of CHECKS) {
    const found = check(token, facts);
    if (found !== undefined) return { ...found, message: found.message + inAuditLog(token, facts) };
  }
  return likely('unknown', `The API server refused ${token} for a reason that only its log has.`);
}

/** All that a token says of itself is in order, and nothing is known of the server. */
function remains(token: Token): Finding {
  const { serviceAccount, pod, node, secret } = token.claims ?? {};
  if (token.kind !== 'bound' || serviceAccount === undefined) return undefined;
  const { namespace, name, uid } = serviceAccount;
  const bound = pod
    ? `, that the pod ${pod.name} was deleted or has been terminating for over a minute`
    : secret
      ? `, that the Secret ${secret.name} was deleted`
      : node
        ? `, that the node ${node.name} was deleted`
        : '';
  return likely(
    'account-gone',
    `${token} has not expired and looks right. Most likely the ServiceAccount ${namespace}/${name}${uid ? ` (uid ${uid})` : ''} was ` +
      `deleted, or deleted and created again. It can also be${bound ? `${bound}, or` : ''} that the API server's signing key was replaced. ` +
      'A pod gets a token that works when the kubelet renews it (80 % of its life), or at once when it is created again.',
  );
}

function inAuditLog(token: Token, { auditId }: Facts): string {
  if (auditId === undefined) return '';
  const jti = token.claims?.jti;
  return ` In the API server's audit log: Audit-Id ${auditId}${jti ? `, credential JTI=${jti}` : ''}.`;
}
