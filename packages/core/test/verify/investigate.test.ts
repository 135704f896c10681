import type { MintOptions, User } from '@kubefresh/testing';
import { expect, onTestFinished, test } from 'vitest';
import { parseToken } from '../../src/index.ts';
import { ApiConnection, investigateRejection } from '../../src/verify/index.ts';
import { startTestCluster } from '../mint/support/test-cluster.ts';

/** A token of half an hour's age, and somebody who may ask the server about it, except for what `denied` names. */
async function setUp(denied: readonly string[] = [], recipe: MintOptions = {}) {
  const authorize = (_user: User, { resource }: { resource?: { plural: string } }) =>
    !denied.includes(resource?.plural ?? '') || 'RBAC: not allowed';
  const { server, cluster } = await startTestCluster({ authorize: authorize as never, successCacheSeconds: 0 });
  const api = new ApiConnection({ cluster });
  onTestFinished(() => api.close());
  const issuedAt = Date.now() - 1_800_000;
  const minted = await server.mint({ serviceAccount: 'cart', pod: 'cart-0', issuedAt, ...recipe });
  const token = parseToken(minted.token);
  return { server, token, api, explain: () => investigateRejection(token, { status: 401 }, { api }) };
}

const CERTAIN = { certainty: 'certain' };

test("T7: the account was created again: the server's own words", async () => {
  const { server, explain } = await setUp();
  server.recreateServiceAccount('cart');
  expect(await explain()).toMatchObject({ reason: 'account-gone', ...CERTAIN });
});

test('T7: the same without permission for a TokenReview: by the uid of the account', async () => {
  const { server, explain } = await setUp(['tokenreviews']);
  server.recreateServiceAccount('cart');
  const { reason, certainty, message } = await explain();
  expect({ reason, certainty }).toEqual({ reason: 'account-gone', certainty: 'certain' });
  expect(message).toContain('deleted and created again');
});

test('the pod was deleted', async () => {
  const { server, explain } = await setUp(['tokenreviews']);
  server.objects.delete({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'cart-0', namespace: 'default' } });
  expect(await explain()).toMatchObject({ reason: 'pod-gone', ...CERTAIN });
});

test('the signing key was replaced: its id is not in the JWKS', async () => {
  const { server, explain } = await setUp(['tokenreviews'], { foreignKey: true });
  expect(server.journal.length).toBe(0);
  expect(await explain()).toMatchObject({ reason: 'signing-key-replaced', ...CERTAIN });
});

test('T4, T3: expired, not yet valid: by the clock of the server', async () => {
  const expired = await setUp(['tokenreviews'], { issuedAt: Date.now() - 7_200_000 });
  expect(await expired.explain()).toMatchObject({ reason: 'expired', ...CERTAIN });
  const early = await setUp(['tokenreviews'], { issuedAt: Date.now() + 600_000 });
  expect(await early.explain()).toMatchObject({ reason: 'not-yet-valid', ...CERTAIN });
});

test('T5: the wrong audience', async () => {
  const { explain } = await setUp([], { audiences: ['https://vault.example'] });
  expect(await explain()).toMatchObject({ reason: 'wrong-audience', ...CERTAIN });
});

test('it is taken now', async () => {
  const { explain } = await setUp();
  expect(await explain()).toMatchObject({ reason: 'lagging-server', certainty: 'likely' });
});

test('where nothing may be seen, it is the same guess as without asking', async () => {
  const { server, explain } = await setUp(['tokenreviews', 'serviceaccounts', 'pods', 'selfsubjectreviews']);
  server.faults.refuse({ path: '/openid/v1/jwks' });
  expect(await explain()).toMatchObject({ reason: 'account-gone', certainty: 'likely' });
});

test('given up at once: nothing is asked, and what is known is judged', async () => {
  const { server, token, api } = await setUp();
  const signal = AbortSignal.abort(new Error('enough'));
  const found = await investigateRejection(token, { status: 401, auditId: 'a-1' }, { api, signal });
  expect(found).toMatchObject({ reason: 'account-gone', certainty: 'likely' });
  expect(found.message).toContain('Audit-Id a-1');
  expect(server.journal.length).toBe(0);
});

test('of a Secret only the metadata is read', async () => {
  const { server, explain } = await setUp(['tokenreviews'], { secret: 's-1' });
  await explain();
  const [read] = server.journal.filter(({ path }) => path.includes('/secrets/'));
  expect(read?.headers['accept']).toContain('as=PartialObjectMetadata');
});
