import { certain, type Facts, type Finding, likely } from './explanation.ts';
import { SERVER_LEEWAY } from './lifetime.ts';
import type { Token } from './token.ts';

/**
 * Audiences that API servers take by default in the distributions known to us: `--api-audiences` is the issuer unless set,
 * and those who set another issuer set one of these.
 */
const USUAL_AUDIENCES = [
  'https://kubernetes.default.svc.cluster.local',
  'https://kubernetes.default.svc',
  'https://kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes',
  'api',
];
/** A token younger than this, ms, may be too new for the server that refused it: its own leeway says how far clocks may differ. */
const YOUNG = SERVER_LEEWAY;

/** Expired, or not valid yet. The API server allows a minute on each, so only what is beyond that is certain. */
export function validity(token: Token, { now, serversClock }: Facts): Finding {
  const { iat = 0, nbf = 0, exp = Number.POSITIVE_INFINITY } = token.claims ?? {};
  const found = (beyondLeeway: boolean) => (serversClock && beyondLeeway ? certain : likely);
  const whose = serversClock ? "the server's clock" : 'our clock';
  const past = now - exp * 1000;
  if (past >= 0) {
    return found(past > SERVER_LEEWAY)(
      'expired',
      `${token} expired ${seconds(past)} ago by ${whose}. Nobody renewed it: see the source's status() and its 'stale' and 'fault' events.`,
    );
  }
  const ahead = Math.max(iat, nbf) * 1000 - now;
  if (ahead > SERVER_LEEWAY) {
    return found(true)(
      'not-yet-valid',
      `${token} becomes valid only in ${seconds(ahead)} by ${whose}: a clock is off by at least that (the API server allows ` +
        '60 s). Check the time synchronisation of the node and of the control plane.',
    );
  }
  return undefined;
}

/** Made for others than the API server. */
export function audience(token: Token, { audiences }: Facts): Finding {
  const { aud = [], iss } = token.claims ?? {};
  if (aud.length === 0) return undefined;
  const accepted = audiences ?? [...(iss === undefined ? [] : [iss]), ...USUAL_AUDIENCES];
  if (aud.some((name) => accepted.includes(name))) return undefined;
  const theirs =
    audiences === undefined
      ? `unless told otherwise (--api-audiences) the API server takes tokens for ${list([iss ?? 'its issuer'])}`
      : `the API server takes tokens for ${list(audiences)}`;
  return (audiences === undefined ? likely : certain)(
    'wrong-audience',
    `${token} is for ${list(aud)}; ${theirs}. Use the token of the pod's own volume, or ask for one without 'audiences'.`,
  );
}

/** What is refused for being what it is. */
export function kind(token: Token): Finding {
  if (token.kind === 'opaque') {
    return likely(
      'unknown',
      `${token} is no JWT: it has expired, was revoked, or is of another cluster; only its issuer knows.`,
    );
  }
  if (token.kind !== 'legacy') return undefined;
  const { secret, serviceAccount } = token.claims ?? {};
  const where = serviceAccount ? ` of ${serviceAccount.namespace}/${serviceAccount.name}` : '';
  return likely(
    'legacy-invalidated',
    `${token} is a legacy token${where}: its Secret ${secret?.name ?? ''} or its account was deleted, or, unused for a year, it has been given the label ` +
      'kubernetes.io/legacy-token-invalid-since. Use a projected volume or the TokenRequest API; removing the label helps for now.',
  );
}

/** Made by somebody the API server may not know. */
export function issuer(token: Token, { issuer: servers }: Facts): Finding {
  const { iss } = token.claims ?? {};
  if (servers !== undefined && iss !== undefined && iss !== servers) {
    // A server may take the tokens of several issuers and names only the first (--service-account-issuer).
    return likely(
      'foreign-issuer',
      `${token} was issued by ${iss}, the API server issues as ${servers}: it is a token of another cluster, or of before the issuer was changed.`,
    );
  }
  if (token.kind !== 'jwt') return undefined;
  return likely(
    'foreign-issuer',
    `${token} is no service-account token; its issuer ${iss ?? '(none)'} must be one that the API server is configured to trust.`,
  );
}

/** So new that a server may not know it yet. */
export function youth(token: Token, { now }: Facts): Finding {
  const { iat } = token.claims ?? {};
  if (iat === undefined || now - iat * 1000 >= YOUNG) return undefined;
  return likely(
    'lagging-server',
    `${token} is only ${seconds(Math.max(now - iat * 1000, 0))} old: one of the API servers may not know its account, pod or key yet. It is tried again.`,
  );
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}

function list(names: readonly string[]): string {
  return `[${names.join(', ')}]`;
}
