import type { exportJWK } from 'jose';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ApiConnection, verifyToken } from '../../src/verify/index.ts';
import { startTestCluster } from '../mint/support/test-cluster.ts';
import { makeLegacyToken, makeToken } from '../support/make-token.ts';

const AUDIENCE = 'https://orders.example';

async function setUp() {
  const { server, cluster } = await startTestCluster();
  const api = new ApiConnection({ cluster });
  onTestFinished(() => api.close());
  const mint = async (options = {}) =>
    (await server.mint({ serviceAccount: 'cart', namespace: 'shop', pod: 'cart-0', audiences: [AUDIENCE], ...options }))
      .token;
  const keyRequests = () => server.journal.filter(({ path }) => path === '/openid/v1/jwks').length;
  return { server, cluster, api, mint, keyRequests, options: { api, audiences: [AUDIENCE, 'other'] } };
}

test('gives the claims of a token that is for us, and reads the keys once', async () => {
  const { server, mint, options, keyRequests } = await setUp();
  const verified = await verifyToken(await mint(), options);
  expect(verified).toMatchObject({
    serviceAccount: { namespace: 'shop', name: 'cart' },
    audiences: [AUDIENCE],
    claims: { pod: { name: 'cart-0' }, sub: 'system:serviceaccount:shop:cart' },
  });
  await Promise.all(Array.from({ length: 20 }, async () => verifyToken(await mint(), options)));
  expect(keyRequests()).toBe(1);
  // A real API server answers 406 to application/json here.
  const [read] = server.journal.filter(({ path }) => path === '/openid/v1/jwks');
  expect(read?.headers['accept']).toBe('application/jwk-set+json');
});

test.each([
  ['expired beyond the leeway', { issuedAt: Date.now() - 7_200_000 }, 'exp', /expired 360\d s ago/],
  ['not yet valid', { issuedAt: Date.now() + 600_000 }, 'nbf', 'a clock is off'],
  ['issued in the future', { claims: { iat: Math.floor(Date.now() / 1000) + 600 } }, 'iat', 'a clock is off'],
  [
    'for others',
    { audiences: ['https://vault.example'] },
    'aud',
    'for [https://vault.example]; this service goes by [https://orders.example, other]',
  ],
  ['signed by a key of another cluster', { foreignKey: true }, 'kid', 'another cluster'],
  [
    'of a foreign issuer',
    { claims: { iss: 'https://evil.example' } },
    'iss',
    'https://evil.example; tokens of https://kubernetes.default',
  ],
  ['without an end', { claims: { exp: undefined } }, 'exp', 'lacks a claim'],
] as const)('refuses a token that is %s', async (_, recipe, field, words) => {
  const { mint, options } = await setUp();
  const text = await mint(recipe);
  const refused = verifyToken(text, options);
  await expect(refused).rejects.toMatchObject({ code: 'ERR_KUBEFRESH_TOKEN_UNVERIFIED', field });
  await expect(refused).rejects.toThrow(words);
  await expect(refused).rejects.not.toThrow(text);
});

test('takes what has expired within the minute that the API server allows', async () => {
  const { mint, options } = await setUp();
  const verified = verifyToken(await mint({ issuedAt: Date.now() - 3_630_000 }), options);
  await expect(verified).resolves.toMatchObject({ serviceAccount: { name: 'cart' } });
});

test('refuses an altered token', async () => {
  const { mint, options } = await setUp();
  const [header = '', payload = '', signature = ''] = (await mint()).split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  claims['kubernetes.io'].serviceaccount.name = 'admin';
  const forged = [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
  await expect(verifyToken(forged, options)).rejects.toMatchObject({ field: 'signature' });
  const unsigned = [Buffer.from('{"alg":"none"}').toString('base64url'), payload, 'AAAA'].join('.');
  await expect(verifyToken(unsigned, options)).rejects.toMatchObject({ field: 'alg' });
});

test('refuses legacy tokens, tokens of no service account, and what is no token', async () => {
  const { api, options } = await setUp();
  const legacy = verifyToken(makeLegacyToken(), options);
  await expect(legacy).rejects.toThrow(/legacy token, which has no audience and no end/);
  const login = makeToken({ claims: { 'kubernetes.io': undefined, iss: 'https://login.example' } });
  await expect(verifyToken(login, options)).rejects.toMatchObject({ field: 'account' });
  await expect(verifyToken('sha256~abc', options)).rejects.toMatchObject({ code: 'ERR_KUBEFRESH_TOKEN_MALFORMED' });
  await expect(verifyToken('x', { api, audiences: [] })).rejects.toMatchObject({ option: 'audiences' });
  await expect(verifyToken(makeToken(), { audiences: ['x'] })).rejects.toMatchObject({ option: 'api' });
});

test('an unknown key id is looked up, but not for each token that makes one up', async () => {
  const { server, cluster, mint, options, keyRequests } = await setUp();
  await verifyToken(await mint(), options);
  server.rotateSigningKey({ keepOld: true });
  const rotated = await mint();
  // Within the cool-down of the first look.
  for (let index = 0; index < 5; index += 1) {
    await expect(verifyToken(rotated, options)).rejects.toMatchObject({ field: 'kid' });
  }
  expect(keyRequests()).toBe(1);
  // A connection without a past looks at once.
  const api = new ApiConnection({ cluster });
  onTestFinished(() => api.close());
  await expect(verifyToken(rotated, { ...options, api })).resolves.toBeDefined();
  expect(keyRequests()).toBe(2);
});

test('keys at hand, with and without their issuer', async () => {
  const { server, mint, api } = await setUp();
  const { keys } = (await api.send({ method: 'GET', path: '/openid/v1/jwks', headers: { accept: '*/*' } })).json as {
    keys: Awaited<ReturnType<typeof exportJWK>>[];
  };
  const options = { jwks: { keys }, audiences: [AUDIENCE] };
  await expect(verifyToken(await mint(), options)).resolves.toBeDefined();
  await expect(verifyToken(await mint(), { ...options, issuer: server.issuer })).resolves.toBeDefined();
  const other = verifyToken(await mint(), { ...options, issuer: 'https://other.example' });
  await expect(other).rejects.toMatchObject({ field: 'iss' });
});

test('a server that does not give its keys is no reason to refuse the token', async () => {
  const { server, mint, options } = await setUp();
  server.faults.respond({ path: '/openid/v1/jwks' }, { status: 403 });
  const verified = verifyToken(await mint(), options);
  await expect(verified).rejects.toMatchObject({ code: 'ERR_KUBEFRESH_VERIFICATION_UNAVAILABLE' });
  await expect(verified).rejects.toThrow('system:service-account-issuer-discovery');
});

test('a public issuer that cannot be reached: the keys are unavailable, the token is not refused', async () => {
  const failed = verifyToken(makeToken(), { issuer: 'https://127.0.0.1:1', audiences: [AUDIENCE] });
  await expect(failed).rejects.toMatchObject({
    code: 'ERR_KUBEFRESH_VERIFICATION_UNAVAILABLE',
    cause: expect.any(TypeError),
  });
});

test('a public issuer: found by its discovery document, kept, and tried again after a failure', async () => {
  const { mint, api } = await setUp();
  const issuer = 'https://issuer.example/cluster-1';
  const jwks = (await api.send({ method: 'GET', path: '/openid/v1/jwks', headers: { accept: '*/*' } })).json;
  const documents: Record<string, unknown> = { 'https://keys.example/jwks': jwks };
  const asked: string[] = [];
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input) => {
    asked.push(String(input));
    return Response.json(documents[String(input)] ?? {});
  });
  onTestFinished(() => void vi.restoreAllMocks());
  const verify = async () => verifyToken(await mint({ claims: { iss: issuer } }), { issuer, audiences: [AUDIENCE] });
  await expect(verify()).rejects.toMatchObject({ code: 'ERR_KUBEFRESH_VERIFICATION_UNAVAILABLE' });
  const discovery = `${issuer}/.well-known/openid-configuration`;
  documents[discovery] = { issuer, jwks_uri: 'https://keys.example/jwks' };
  await expect(verify()).resolves.toMatchObject({ claims: { iss: issuer } });
  await verify();
  expect(asked).toEqual([discovery, discovery, 'https://keys.example/jwks']);
});

test('a public issuer must be an https URL', async () => {
  const plain = verifyToken(makeToken(), { issuer: 'http://issuer.example', audiences: [AUDIENCE] });
  await expect(plain).rejects.toMatchObject({ code: 'ERR_KUBEFRESH_INSECURE' });
  const none = verifyToken(makeToken(), { issuer: 'kubernetes/serviceaccount', audiences: [AUDIENCE] });
  await expect(none).rejects.toMatchObject({ option: 'issuer' });
});

test.each([{}, { keys: 5 }, { keys: [null] }, null])('keys that are none are told as such: %j', async (jwks) => {
  const presented = makeToken();
  await expect(verifyToken(presented, { audiences: [AUDIENCE], jwks: jwks as never })).rejects.toMatchObject({
    code: 'ERR_KUBEFRESH_INVALID_OPTION',
    option: 'jwks',
  });
});

test('a request that brings no token is one with a bad token, not a mistake of ours', async () => {
  const { options } = await setUp();
  await expect(verifyToken(undefined as never, options)).rejects.toMatchObject({
    code: 'ERR_KUBEFRESH_TOKEN_MALFORMED',
  });
});
