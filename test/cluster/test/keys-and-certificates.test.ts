import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cluster, startCluster } from '../src/index.ts';
import { createReader, describeOn, statusWith } from './support.ts';

describeOn('light', 'keys and certificates', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({ profile: 'light', signingAlgorithm: 'ES256' });
  });
  afterAll(() => cluster?.stop());

  const keyIds = async () => {
    const { keys } = await cluster.admin.request<{ keys: { kid: string; alg: string }[] }>('GET', '/openid/v1/jwks');
    return keys.map(({ kid }) => kid);
  };

  test('a new signing key beside the old one leaves old tokens valid; alone it kills them', async () => {
    const account = await createReader(cluster);
    const first = await cluster.accounts.createToken(account);
    const firstKey = cluster.signingKeys.current;
    expect(await keyIds()).toEqual([firstKey.keyId]);

    await cluster.signingKeys.rotate('keep');
    const secondKey = cluster.signingKeys.current;
    expect((await keyIds()).sort()).toEqual([firstKey.keyId, secondKey.keyId].sort());
    const second = await cluster.accounts.createToken(account);
    expect(await statusWith(cluster, first.token, account)).toBe(200);
    expect(await statusWith(cluster, second.token, account)).toBe(200);

    await cluster.signingKeys.rotate('drop', 'RS256');
    expect(await keyIds()).toEqual([cluster.signingKeys.current.keyId]);
    expect(await statusWith(cluster, first.token, account)).toBe(401);
    expect(await statusWith(cluster, second.token, account)).toBe(401);
    expect(await statusWith(cluster, cluster.mint.token({ account }), account)).toBe(200);
  });

  test('a new certificate of the same authority is trusted by those who trusted the old', async () => {
    const client = cluster.admin.as(undefined);
    await cluster.certificates.rotate();
    expect((await client.send('GET', '/version')).status).toBe(200);
  });

  test('a new authority: old trust fails, new trust works, and the kubeconfig has it', async () => {
    const old = cluster.admin.as(undefined);
    await cluster.certificates.rotateAuthority('drop');
    await expect(old.send('GET', '/version')).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    old.trust(cluster.certificateAuthority);
    expect((await old.send('GET', '/version')).status).toBe(200);
    expect((await cluster.admin.send('GET', '/version')).status).toBe(200);
    const kubeconfig = JSON.parse(readFileSync(cluster.kubeconfigPath, 'utf8'));
    const bundle = Buffer.from(kubeconfig.clusters[0].cluster['certificate-authority-data'], 'base64').toString();
    expect(bundle).toBe(cluster.certificateAuthority);
  });

  test('an orderly change of authority keeps the old one in the bundle', async () => {
    const before = cluster.certificateAuthority;
    await cluster.certificates.rotateAuthority('keep');
    expect(cluster.certificateAuthority).toContain(before);
    expect(cluster.certificateAuthority.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  });
});
