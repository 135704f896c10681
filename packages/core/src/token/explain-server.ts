import { decodeProtectedHeader } from 'jose/decode/protected_header';
import { certain, type Facts, type Finding, likely, type RejectionReason } from './explanation.ts';
import { SERVER_LEEWAY } from './lifetime.ts';
import type { Token } from './token.ts';

/** The answer is not the API server's judgement of our token. */
export function answeredByOthers(token: Token, { status, proxied = false, challenged = false }: Facts): Finding {
  if (proxied) {
    const message = `The path has a proxy subresource: what stands behind it answered ${status}, not the API server, which let ${token} through.`;
    return (challenged ? certain : likely)('backend', message);
  }
  if (challenged) {
    return certain(
      'middlebox',
      `The answer has a WWW-Authenticate header, which an API server never sends: something in front of it (a gateway, an authenticating proxy) refused ${token}.`,
    );
  }
  if (status !== 403) return undefined;
  return likely(
    'middlebox',
    `The API server took the request for anonymous although ${token} was sent: something on the way (a proxy, a service mesh, a gateway) removes the Authorization header.`,
  );
}

/** `TokenReview.status.error`, by its texts in pkg/serviceaccount/{claims,jwt,legacy}.go. */
const WORDS: readonly (readonly [RegExp, RejectionReason])[] = [
  [/token has expired/i, 'expired'],
  [/not valid yet|issued in the future/i, 'not-yet-valid'],
  [/is invalid for the target audiences/i, 'wrong-audience'],
  [/token issuer .* is invalid/i, 'foreign-issuer'],
  [/no keys found|error in cryptographic primitive/i, 'signing-key-replaced'],
  [/marked invalid|token does not match server's copy/i, 'legacy-invalidated'],
  [/^pod UID/i, 'pod-gone'],
  [/^node UID/i, 'node-gone'],
  [/^secret UID/i, 'secret-gone'],
  [/service ?account UID|has been deleted|serviceaccounts? ".*" not found/i, 'account-gone'],
];

/** What the API server itself said when it was asked to review the token. */
export function serversWords(token: Token, { review }: Facts): Finding {
  if (review === undefined || review === '') return undefined;
  // Several authenticators may each have said something: "[invalid bearer token, service account token has expired]".
  const texts = review.replace(/^\[|\]$/g, '').split(', ');
  const message = `The API server says of ${token}: ${JSON.stringify(review)}.`;
  for (const [pattern, reason] of WORDS) {
    if (texts.some((text) => pattern.test(text)) || pattern.test(review)) return certain(reason, message);
  }
  if (!/has been invalidated/i.test(review)) return undefined;
  const { pod, secret } = token.claims ?? {};
  if (token.kind === 'legacy') return certain('legacy-invalidated', message);
  return certain(pod ? 'pod-gone' : secret ? 'secret-gone' : 'node-gone', message);
}

const BOUND = [
  ['serviceAccount', 'account-gone', 'ServiceAccount'],
  ['pod', 'pod-gone', 'pod'],
  ['secret', 'secret-gone', 'Secret'],
  ['node', 'node-gone', 'node'],
] as const;

/** What the token is bound to is not there any more, or is another of the same name. */
export function boundObjects(token: Token, { objects, now }: Facts): Finding {
  for (const [key, reason, kind] of BOUND) {
    const claimed = token.claims?.[key];
    const found = objects?.[key];
    if (claimed === undefined || found === undefined) continue;
    // The node of a pod's token is information only; the API server does not check it (pkg/serviceaccount/claims.go).
    if (key === 'node' && token.claims?.pod !== undefined) continue;
    const what = `The ${kind} ${claimed.name} that ${token} is bound to`;
    if (found === null) return certain(reason, `${what} does not exist any more.`);
    if (claimed.uid !== undefined && found.uid !== claimed.uid) {
      return certain(
        reason,
        `${what} was deleted and created again: it had the uid ${claimed.uid} and has ${found.uid} now.`,
      );
    }
    if (found.deletedAt !== undefined && now - found.deletedAt > SERVER_LEEWAY) {
      const ago = Math.round((now - found.deletedAt) / 1000);
      return certain(reason, `${what} is being deleted since ${ago} s; the API server allows its tokens 60 s.`);
    }
  }
  return undefined;
}

/** The key that signed the token is not among those that the API server publishes. */
export function signingKey(token: Token, { keyIds }: Facts): Finding {
  if (keyIds === undefined || token.kind === 'opaque') return undefined;
  const { kid } = decodeProtectedHeader(token.reveal());
  if (kid === undefined || keyIds.includes(kid)) return undefined;
  return certain(
    'signing-key-replaced',
    `${token} was signed with the key ${JSON.stringify(kid)}, which the API server no longer has (it has ${keyIds.length}): its signing key was replaced. ` +
      'Pods get a new token when the kubelet renews it, at 80 % of its life, or when they are created again.',
  );
}

/** Refused a moment ago, taken now. */
export function acceptedNow(token: Token, { acceptedNow: accepted = false }: Facts): Finding {
  if (!accepted) return undefined;
  return likely(
    'lagging-server',
    `The API server takes ${token} now: when it refused it, it (or one of several behind the same address) did not know it yet, or lagged behind.`,
  );
}
