import { first, record, text } from '../api/answer.ts';
import type { ApiAnswer, ApiConnection, ApiRequest } from '../api/connection.ts';
import type { TokenClaims } from '../token/claims.ts';
import { explainRejection } from '../token/explain.ts';
import type { ExplainEvidence, Explanation, KnownObject } from '../token/explanation.ts';
import type { Token } from '../token/token.ts';
import { DISCOVERY_PATH, JWKS_PATH, JWKS_TYPE } from './key-set.ts';

/** Options of `investigateRejection`. */
export interface InvestigateOptions {
  /**
   * The API server that refused the token, asked as somebody whom it accepts. What that one may not see is left out; the
   * more of `tokenreviews` (create), `serviceaccounts`, `pods`, `secrets` (get) is permitted, the more certain the answer.
   */
  readonly api: ApiConnection;
  /** Gives up. What was found so far is judged. */
  readonly signal?: AbortSignal;
}

/** Only metadata: of a Secret, nobody wants to see more here. */
const METADATA_ONLY = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

/**
 * Like `explainRejection`, but asks the API server first, about ten small requests at most: whether it takes the token now (SelfSubjectReview,
 * sent with the token itself), what it says of it (TokenReview), its issuer and keys, and what has become of the objects
 * that the token is bound to. For a person or an alarm that wants to know; not for the way of a request.
 *
 * The token is sent to that server, and to no other. Never rejects for what the server answers; what cannot be asked is left out.
 */
export async function investigateRejection(
  token: Token,
  evidence: ExplainEvidence,
  { api, signal }: InvestigateOptions,
): Promise<Explanation> {
  const ask = async (request: ApiRequest): Promise<ApiAnswer | undefined> => {
    try {
      return await api.send({ ...request, signal });
    } catch {
      return undefined;
    }
  };
  const [self, review, server, objects] = await Promise.all([
    askAsItself(token, ask),
    askForReview(token, ask),
    askForKeys(ask),
    askForObjects(token.claims, ask),
  ]);
  return explainRejection(token, { ...server, ...self, ...review, objects, ...evidence });
}

type Ask = (request: ApiRequest) => Promise<ApiAnswer | undefined>;

async function askAsItself(token: Token, ask: Ask): Promise<Partial<ExplainEvidence>> {
  const answer = await ask({
    method: 'POST',
    path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
    headers: { authorization: `Bearer ${token.reveal()}` },
  });
  if (answer === undefined) return {};
  const date = first(answer.headers['date']);
  const { username } = record(record(record(answer.json)['status'])['userInfo']);
  const { serviceAccount } = token.claims ?? {};
  const own = serviceAccount && `system:serviceaccount:${serviceAccount.namespace}:${serviceAccount.name}`;
  // A connection with a client certificate is answered as its owner, whatever token is sent.
  const acceptedNow = answer.status === 201 && own !== undefined && username === own;
  return { ...(date === undefined ? {} : { date }), ...(acceptedNow ? { acceptedNow } : {}) };
}

async function askForReview(token: Token, ask: Ask): Promise<Partial<ExplainEvidence>> {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token: token.reveal() } };
  const answer = await ask({ method: 'POST', path: '/apis/authentication.k8s.io/v1/tokenreviews', body });
  if (answer?.status !== 201) return {};
  const { authenticated, error } = record(record(answer.json)['status']);
  if (authenticated === true) return { acceptedNow: true };
  const review = text(error);
  return review === undefined ? {} : { review };
}

async function askForKeys(ask: Ask): Promise<Partial<ExplainEvidence>> {
  const [discovery, jwks] = await Promise.all([
    ask({ method: 'GET', path: DISCOVERY_PATH }),
    ask({ method: 'GET', path: JWKS_PATH, headers: { accept: JWKS_TYPE } }),
  ]);
  const issuer = text(record(discovery?.json)['issuer']);
  const { keys } = record(jwks?.json);
  const keyIds = Array.isArray(keys) ? keys.flatMap((key) => text(record(key)['kid']) ?? []) : undefined;
  return { ...(issuer === undefined ? {} : { issuer }), ...(keyIds === undefined ? {} : { keyIds }) };
}

async function askForObjects(
  claims: TokenClaims | undefined,
  ask: Ask,
): Promise<NonNullable<ExplainEvidence['objects']>> {
  const { namespace, serviceAccount, pod, secret, node } = claims ?? {};
  const inNamespace = `/api/v1/namespaces/${encodeURIComponent(namespace ?? '')}`;
  const wanted = [
    ['serviceAccount', serviceAccount && `${inNamespace}/serviceaccounts/${encodeURIComponent(serviceAccount.name)}`],
    ['pod', pod && `${inNamespace}/pods/${encodeURIComponent(pod.name)}`],
    ['secret', secret && `${inNamespace}/secrets/${encodeURIComponent(secret.name)}`],
    ['node', pod === undefined && node && `/api/v1/nodes/${encodeURIComponent(node.name)}`],
  ] as const;
  const found = await Promise.all(
    wanted.map(async ([name, path]) => {
      const answer = path ? await ask({ method: 'GET', path, headers: { accept: METADATA_ONLY } }) : undefined;
      const object = answer && known(answer);
      return object === undefined ? [] : [[name, object] as const];
    }),
  );
  return Object.fromEntries(found.flat());
}

/** The object as it is now; null where it is gone, undefined where that cannot be seen. */
function known({ status, json }: ApiAnswer): KnownObject | null | undefined {
  if (status === 404) return null;
  const { uid, deletionTimestamp } = record(record(json)['metadata']);
  if (status !== 200 || typeof uid !== 'string') return undefined;
  const deletedAt = Date.parse(text(deletionTimestamp) ?? '');
  return Number.isNaN(deletedAt) ? { uid } : { uid, deletedAt };
}
