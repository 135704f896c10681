import { expect, onTestFinished, test } from 'vitest';
import { ApiConnection, reviewToken } from '../../src/verify/index.ts';
import { startTestCluster } from '../mint/support/test-cluster.ts';
import { ManualClock } from '../support/manual-clock.ts';

const AUDIENCE = 'https://orders.example';

async function setUp(permitted = true) {
  const { server, cluster } = await startTestCluster({
    authorize: (_user, { resource }) => permitted || resource?.plural !== 'tokenreviews' || 'RBAC: not allowed',
  });
  const api = new ApiConnection({ cluster });
  onTestFinished(() => api.close());
  const clock = new ManualClock();
  const minted = await server.mint({ serviceAccount: 'cart', pod: 'cart-0', audiences: [AUDIENCE] });
  const asked = () => server.journal.filter(({ path }) => path.endsWith('/tokenreviews')).length;
  return { server, api, clock, minted, asked, options: { api, clock, audiences: [AUDIENCE] } };
}

test('gives the user, and asks once for the same token within ten seconds', async () => {
  const { minted, options, clock, asked } = await setUp();
  const all = await Promise.all(Array.from({ length: 10 }, () => reviewToken(minted.token, options)));
  expect(all[0]).toMatchObject({ username: 'system:serviceaccount:default:cart', audiences: [AUDIENCE] });
  expect(all[0]?.extra['authentication.kubernetes.io/pod-name']).toEqual(['cart-0']);
  clock.advance(9_999);
  await reviewToken(minted.token, options);
  expect(asked()).toBe(1);
  clock.advance(2);
  await reviewToken(minted.token, options);
  expect(asked()).toBe(2);
});

test('sees what was revoked, which verifyToken cannot, and does not keep failures', async () => {
  const { server, minted, options, asked } = await setUp();
  server.objects.delete({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'cart-0', namespace: 'default' } });
  for (let index = 0; index < 2; index += 1) {
    const refused = reviewToken(minted.token, options);
    await expect(refused).rejects.toMatchObject({ code: 'ERR_KUBEFRESH_TOKEN_UNVERIFIED', field: 'review' });
    await expect(refused).rejects.toThrow(/API server does not take .*: "\[invalid bearer token, /);
  }
  expect(asked()).toBe(2);
});

test('refuses a token for other audiences', async () => {
  const { api, minted, clock } = await setUp();
  const refused = reviewToken(minted.token, { api, clock, audiences: ['https://vault.example'] });
  await expect(refused).rejects.toMatchObject({ code: 'ERR_KUBEFRESH_TOKEN_UNVERIFIED' });
});

test('refuses a success that says nothing of our audience', async () => {
  const { server, options } = await setUp();
  server.trust('sha256~opaque', { username: 'somebody' });
  const json = { status: { authenticated: true, user: { username: 'somebody' } } };
  server.faults.respond(
    { path: '/apis/authentication.k8s.io/v1/tokenreviews' },
    { status: 201, body: JSON.stringify(json) },
  );
  await expect(reviewToken('sha256~opaque', options)).rejects.toMatchObject({ field: 'aud' });
});

test('says which permission is missing', async () => {
  const { minted, options } = await setUp(false);
  const reviewed = reviewToken(minted.token, options);
  await expect(reviewed).rejects.toMatchObject({ code: 'ERR_KUBEFRESH_VERIFICATION_UNAVAILABLE' });
  await expect(reviewed).rejects.toThrow('system:auth-delegator');
});

test('401: whose token was refused, the one that asks, and why, as the cause', async () => {
  const { server, api, minted, options } = await setUp();
  const own = api.source?.current().token.claims?.jti ?? '';
  server.revoke(own);
  const error = await reviewToken(minted.token, options).catch((reason) => reason);
  expect(error).toMatchObject({
    code: 'ERR_KUBEFRESH_VERIFICATION_UNAVAILABLE',
    message: expect.stringMatching(`token that asks, \\[Token jti=${own}\\]`),
    cause: { code: 'ERR_KUBEFRESH_TOKEN_REJECTED', jti: own, auditId: expect.any(String) },
  });
  expect(error.cause.message).toContain(`Audit-Id ${error.cause.auditId}, credential JTI=${own}`);
});

test('bad input: cacheFor', async () => {
  const { minted, options } = await setUp();
  await expect(reviewToken(minted.token, { ...options, cacheFor: 60_001 })).rejects.toMatchObject({
    option: 'cacheFor',
  });
});
