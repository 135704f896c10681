import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { type Credential, type CredentialSource, parseToken } from '../../src/index.ts';
import { type TokenRequestError, type TokenRequestSourceOptions, tokenRequestSource } from '../../src/mint/index.ts';
import { makeToken } from '../support/make-token.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { type Canned, settled, statusBody, TokenApi } from './support/token-api.ts';

/** The fault that a source tells when its first TokenRequest is answered so. */
async function faultOf(canned: Canned | Error, options: Partial<TokenRequestSourceOptions> = {}) {
  const clock = new ManualClock();
  const api = new TokenApi(clock);
  api.answer = () => {
    if (canned instanceof Error) throw canned;
    return canned;
  };
  const source = tokenRequestSource({
    origin: 'https://10.0.0.1',
    dispatcher: api.dispatcher,
    namespace: 'shop',
    serviceAccount: 'cart',
    clock,
    ...options,
  });
  await settled();
  const { lastFault } = source.status();
  await source.close();
  return lastFault?.error as TokenRequestError;
}

/** A source that always has this token, and a dispatcher that adds nothing. */
function holding(text: string): CredentialSource {
  const credential = { token: parseToken(text), ca: 'PEM', generation: 1 } as Credential;
  return { current: () => credential, on: () => undefined, off: () => undefined } as unknown as CredentialSource;
}

const composable = (api: TokenApi) => Object.assign(api.dispatcher, { compose: () => api.dispatcher });

test('403 names the permission, with the Role and its binding to add', async () => {
  const clock = new ManualClock();
  const api = new TokenApi(clock);
  const message =
    'serviceaccounts "cart" is forbidden: User "system:serviceaccount:default:app" cannot create resource "serviceaccounts/token" in API group "" in the namespace "shop"';
  const error = await faultOf(
    { status: 403, headers: { 'audit-id': 'a-1' }, json: statusBody(403, message) },
    { source: holding(makeToken()), dispatcher: composable(apiAnswering(api, 403, message)) },
  );
  expect(error).toMatchObject({ code: 'ERR_KUBEFRESH_TOKEN_REQUEST', reason: 'forbidden', status: 403 });
  expect(error.message).toContain(message);
  expect(error.message).toContain(`kind: Role
metadata:
  name: "token-request-cart"
  namespace: "shop"
rules:
  - apiGroups: [""]
    resources: [serviceaccounts/token]
    resourceNames: ["cart"]
    verbs: [create]
`);
  expect(error.message).toContain(`subjects:
  - kind: ServiceAccount
    name: "app"
    namespace: "default"`);
});

function apiAnswering(
  api: TokenApi,
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): TokenApi {
  api.answer = () => ({ status, headers, json: statusBody(status, message) });
  return api;
}

test('403 by an admission policy is in its words, without a Role that would not help', async () => {
  const json = statusBody(
    403,
    'serviceaccounts "cart" is forbidden: ValidatingAdmissionPolicy "no-tokens" denied request',
  );
  const { message } = await faultOf({ status: 403, json });
  expect(message).toContain('no-tokens');
  expect(message).not.toContain('kind: Role');
});

test('S10: 403 as anonymous says that the token was removed on the way', async () => {
  const json = statusBody(403, 'serviceaccounts "cart" is forbidden: User "system:anonymous" cannot create resource');
  expect((await faultOf({ status: 403, json })).message).toContain('removes the Authorization header');
});

test('401 explains the token that asked, with its jti', async () => {
  const clock = new ManualClock();
  const api = new TokenApi(clock);
  const asker = makeToken({ issuedAt: clock.now() - 7_200_000, life: 3600, jti: 'jti-asker' });
  const source = holding(asker);
  const error = await faultOf(
    { status: 401 },
    { source, dispatcher: composable(apiAnswering(api, 401, 'Unauthorized', { 'audit-id': 'a-401' })) },
  );
  expect(error).toMatchObject({ reason: 'unauthorized', status: 401 });
  expect(error.message).toMatch(/token that asks, \[Token jti=jti-asker\]: expired \(certain;/);
  expect(error.cause).toMatchObject({
    code: 'ERR_KUBEFRESH_TOKEN_REJECTED',
    message: expect.stringMatching(
      /jti=jti-asker.* expired 3600 s ago by the server's clock.*Audit-Id a-401, credential JTI=jti-asker/,
    ),
    explanation: { reason: 'expired', certainty: 'certain' },
    jti: 'jti-asker',
    auditId: 'a-401',
  });
  for (const text of [error.message, inspect(error, { depth: null })]) expect(text).not.toContain(asker);
});

test.each([
  [
    'no account',
    404,
    'serviceaccounts "cart" not found',
    { kind: 'serviceaccounts', name: 'cart' },
    'not-found',
    'Create the ServiceAccount',
  ],
  ['no pod to bind to', 404, 'pods "web-0" not found', { kind: 'pods', name: 'web-0' }, 'not-found', 'The Pod web-0'],
  [
    'another uid',
    409,
    'the UID in the token request (a) does not match the UID of the service account (b)',
    undefined,
    'conflict',
    'created again',
  ],
  [
    'a pod of another account',
    400,
    'cannot bind token for serviceaccount "cart" to pod running with different serviceaccount name.',
    undefined,
    'invalid',
    'different serviceaccount',
  ],
  ['not now', 429, 'too many requests', undefined, 'too-many-requests', 'asked again later'],
  ['broken', 500, 'Internal Server Error', undefined, 'server-error', 'asked again later'],
  ['no API server', 302, '', undefined, 'unexpected', 'is https://10.0.0.1 an API server'],
] as const)('%s: %i', async (_, status, message, details, reason, advice) => {
  const boundTo = { kind: 'Pod', name: 'web-0', uid: 'p-1' } as const;
  const error = await faultOf(
    { status, headers: { 'retry-after': '7' }, json: statusBody(status, message, details) },
    { boundTo },
  );
  expect(error).toMatchObject({ reason, status, retryAfter: 7000 });
  expect(error.message).toContain(advice);
  expect(error.message).toContain('shop/cart');
});

test('422 names the field, what was asked for and what is accepted', async () => {
  const message =
    'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 3600: too long here';
  const json = statusBody(422, message, { causes: [{ reason: 'FieldValueInvalid', field: 'spec.expirationSeconds' }] });
  const error = await faultOf({ status: 422, json });
  expect(error).toMatchObject({ reason: 'invalid', field: 'spec.expirationSeconds' });
  expect(error.message).toContain('3600 s were asked for; the API server takes 600 to 2^32');
});

test('a server that cannot be reached is named, with the cause', async () => {
  const cause = Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:443'), { code: 'ECONNREFUSED' });
  const error = await faultOf(cause);
  expect(error).toMatchObject({ reason: 'unreachable', status: undefined, cause });
  expect(error.message).toContain('https://10.0.0.1');
});

test('a success without a token is no success', async () => {
  expect(await faultOf({ status: 201, json: { status: {} } })).toMatchObject({ reason: 'unexpected', status: 201 });
});

test.each([
  [{ expirationSeconds: 599 }, 'expirationSeconds'],
  [{ expirationSeconds: 2 ** 32 + 1 }, 'expirationSeconds'],
  [{ expirationSeconds: 600.5 }, 'expirationSeconds'],
  [{ audiences: [] }, 'audiences'],
  [{ audiences: ['vault', ' '] }, 'audiences'],
  [{ boundTo: { kind: 'Pod', name: 'web-0', uid: '' } }, 'boundTo'],
  [{ boundTo: { kind: 'Service', name: 'web', uid: 'u' } as never }, 'boundTo'],
  [{ boundTo: 'self' }, 'boundTo'],
  [{ serviceAccount: '../x' }, 'serviceAccount'],
  [{ namespace: 'Shop' }, 'namespace'],
  [{ cluster: '/home/me/.kube/config' as never }, 'cluster'],
  [{ origin: '/home/me/.kube/config' }, 'origin'],
] as const)('bad input: %o', (options, option) => {
  const { dispatcher } = new TokenApi(new ManualClock());
  const base = { origin: 'https://10.0.0.1', dispatcher, namespace: 'shop', serviceAccount: 'cart' };
  const start = () => tokenRequestSource({ ...base, ...options });
  expect(start).toThrow(expect.objectContaining({ code: 'ERR_KUBEFRESH_INVALID_OPTION', option }));
});

test('bad input: nobody to ask, plain http', () => {
  expect(() => tokenRequestSource({ namespace: 'shop', serviceAccount: 'cart' })).toThrow(/'cluster' \(from inCluster/);
  const { dispatcher } = new TokenApi(new ManualClock());
  const http = { origin: 'http://10.0.0.1', dispatcher, namespace: 'shop', serviceAccount: 'cart' };
  expect(() => tokenRequestSource(http)).toThrow(expect.objectContaining({ code: 'ERR_KUBEFRESH_INSECURE' }));
});
