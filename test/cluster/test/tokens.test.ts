import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cluster, createLegacySecret, ISSUER, startCluster } from '../src/index.ts';
import { createReader, describeOn, statusWith } from './support.ts';

function claimsOf(token: string): Record<string, unknown> & { iat: number; exp: number } {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

describeOn('light', 'tokens', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({ profile: 'light' });
  });
  afterAll(() => cluster?.stop());

  test('TokenRequest issues a token of the life and audience that were asked for', async () => {
    const account = await createReader(cluster);
    const { token, expirationTimestamp } = await cluster.accounts.createToken(account, { expirationSeconds: 7200 });
    const { iat, exp, aud } = claimsOf(token);
    expect({ life: exp - iat, aud, exp }).toEqual({
      life: 7200,
      aud: [ISSUER],
      exp: Date.parse(expirationTimestamp) / 1000,
    });
    expect(await statusWith(cluster, token, account)).toBe(200);

    const other = await cluster.accounts.createToken(account, { audiences: ['vault'] });
    expect(await statusWith(cluster, other.token, account)).toBe(401);
  });

  test('TokenRequest refuses a life below 600 s, and a bound object of another uid', async () => {
    const account = await createReader(cluster);
    const short = cluster.accounts.createToken(account, { expirationSeconds: 599 });
    await expect(short).rejects.toMatchObject({ status: 422, reason: 'Invalid' });
    const path = `/api/v1/namespaces/${account.namespace}/secrets`;
    await cluster.admin.request('POST', path, { metadata: { name: 'anchor' } });
    const boundObjectRef = { kind: 'Secret', name: 'anchor', uid: 'other' } as const;
    const foreign = cluster.accounts.createToken(account, { boundObjectRef });
    await expect(foreign).rejects.toMatchObject({ status: 409 });
  });

  test('minted tokens of every state get what the API server gives them', async () => {
    const account = await createReader(cluster);
    const { mint } = cluster;
    const tokens = {
      plain: mint.token({ account }),
      extended: mint.extended({ account }),
      stale: mint.stale({ account }),
      withinLeeway: mint.token({ account, issued: -3600, expires: -50 }),
      expired: mint.expired({ account }),
      notYetValid: mint.notYetValid({ account }),
      withoutTimes: mint.token({ account, claims: { exp: undefined, iat: undefined, nbf: undefined } }),
      otherAudience: mint.token({ account, audiences: ['vault'] }),
      otherIssuer: mint.token({ account, claims: { iss: 'https://elsewhere' } }),
      otherKeyId: mint.token({ account, header: { kid: 'unknown' } }),
      otherAccountUid: mint.token({ account: { ...account, uid: 'other' } }),
      absentPod: mint.token({ account, pod: { name: 'absent', uid: 'absent' } }),
    };
    const statuses: Record<string, number> = {};
    for (const [state, token] of Object.entries(tokens)) statuses[state] = await statusWith(cluster, token, account);
    expect(statuses).toEqual({
      plain: 200,
      extended: 200,
      stale: 200,
      withinLeeway: 200,
      expired: 401,
      notYetValid: 401,
      withoutTimes: 200,
      otherAudience: 401,
      otherIssuer: 401,
      otherKeyId: 401,
      otherAccountUid: 401,
      absentPod: 401,
    });
  });

  test('a forged node claim is repeated as it is', async () => {
    const account = await createReader(cluster);
    const path = `/api/v1/namespaces/${account.namespace}/pods`;
    const pod = {
      metadata: { name: 'unscheduled' },
      spec: { serviceAccountName: account.name, containers: [{ name: 'main', image: 'none' }] },
    };
    const { metadata } = await cluster.admin.request<{ metadata: { uid: string } }>('POST', path, pod);
    const forged = { name: 'forged-node', uid: 'forged-uid' };
    const token = cluster.mint.token({ account, pod: { name: 'unscheduled', uid: metadata.uid }, node: forged });
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
    type Review = { status: { userInfo: { extra: Record<string, string[]> } } };
    const { status } = await cluster
      .client({ token })
      .request<Review>('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', review);
    expect(status.userInfo.extra['authentication.kubernetes.io/node-name']).toEqual(['forged-node']);
    expect(status.userInfo.extra['authentication.kubernetes.io/pod-uid']).toEqual([metadata.uid]);
  });

  test('a token dies with the account, and one of the same name does not bring it back', async () => {
    const account = await createReader(cluster);
    // Never used before: the API server would go on accepting for 10 s what it has just accepted.
    const cold = await cluster.accounts.createToken(account);
    const again = await cluster.accounts.recreate(account);
    expect(again.uid).not.toBe(account.uid);
    expect(await statusWith(cluster, cold.token, account)).toBe(401);
    const fresh = await cluster.accounts.createToken(again);
    expect(await statusWith(cluster, fresh.token, account)).toBe(200);
  });

  test('a token bound to a secret dies with it', async () => {
    const account = await createReader(cluster);
    const path = `/api/v1/namespaces/${account.namespace}/secrets`;
    await cluster.admin.request('POST', path, { metadata: { name: 'anchor' } });
    const boundObjectRef = { kind: 'Secret', name: 'anchor' } as const;
    const used = await cluster.accounts.createToken(account, { boundObjectRef });
    const cold = await cluster.accounts.createToken(account, { boundObjectRef });
    expect(await statusWith(cluster, used.token, account)).toBe(200);
    await cluster.admin.request('DELETE', `${path}/anchor`);
    expect(await statusWith(cluster, cold.token, account)).toBe(401);
  });

  test('legacy tokens work while their secret holds them', async () => {
    const account = await createReader(cluster);
    const orphan = cluster.mint.legacy(account, 'absent');
    expect(await statusWith(cluster, orphan, account)).toBe(401);
    const token = await createLegacySecret(cluster.admin, cluster.mint, account, 'legacy', 'autogenerated');
    const response = await cluster.client({ token }).send('GET', `/api/v1/namespaces/${account.namespace}/configmaps`);
    expect(response.status).toBe(200);
    expect(response.warnings.join()).toContain('TokenRequest API');
  });

  test('flags of the API server can be changed, and changed back', async () => {
    const account = await createReader(cluster);
    await cluster.apiServer.restart({ 'service-account-max-token-expiration': '1h' });
    const shortened = await cluster.accounts.createToken(account, { expirationSeconds: 7200 });
    const { iat, exp } = claimsOf(shortened.token);
    expect(exp - iat).toBe(3600);
    expect(shortened.warnings.join()).toContain('shortened');
    await cluster.apiServer.restart({ 'service-account-max-token-expiration': undefined });
    const full = claimsOf((await cluster.accounts.createToken(account, { expirationSeconds: 7200 })).token);
    expect(full.exp - full.iat).toBe(7200);
  });
});
