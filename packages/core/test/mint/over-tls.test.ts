import { once } from 'node:events';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { fallbackSource, volumeSource } from '../../src/index.ts';
import { TokenManager, tokenRequestSource } from '../../src/mint/index.ts';
import type { CredentialSource } from '../../src/source/types.ts';
import { createFetch } from '../../src/undici/index.ts';
import { recordEvents } from '../support/record-events.ts';
import { startTestCluster } from './support/test-cluster.ts';

function closing<Closable extends { close(): Promise<void> }>(closable: Closable): Closable {
  onTestFinished(() => closable.close());
  return closable;
}

test('the token of another account, by the token of the volume and the CA of the cluster', async () => {
  const { server, cluster } = await startTestCluster();
  server.objects.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'cart', namespace: 'default' } });
  const source = closing(tokenRequestSource({ cluster, namespace: 'default', serviceAccount: 'cart' }));
  const { token, ca } = await source.ready();
  expect(ca).toBe(server.caBundle);
  expect(token.claims).toMatchObject({ serviceAccount: { name: 'cart' } });
  expect(server.journal.last).toMatchObject({ status: 201, jti: cluster.source.current().token.claims?.jti });
  const call = closing(createFetch({ ...cluster, source }));
  expect((await call('/api/v1/namespaces/default/pods')).status).toBe(200);
  expect(server.journal.last?.jti).toBe(token.claims?.jti);
});

test('a rotation of the CA reaches the minted credential at once', async () => {
  const { server, volume, cluster } = await startTestCluster();
  const source = closing(tokenRequestSource({ cluster }));
  const { token } = await source.ready();
  const renewed = new Promise((resolve) => source.on('renewed', resolve));
  volume.write({ 'ca.crt': await server.rotateCA({ keepOld: true }) });
  await renewed;
  expect(source.current()).toMatchObject({ ca: server.caBundle, generation: 2 });
  expect(source.current().token).toBe(token);
});

test('a life that the server shortens is a warning, once', async () => {
  const { server, cluster } = await startTestCluster({ maxTokenExpirationSeconds: 1200 });
  const warned = once(process, 'warning');
  const manager = closing(new TokenManager({ cluster }));
  const { notAfter } = await manager.token({ expirationSeconds: 7200 });
  await manager.token({ expirationSeconds: 7201 });
  const [{ code, message }] = await warned;
  expect({ code, message }).toEqual({
    code: 'KUBEFRESH_SERVER_WARNING',
    message: expect.stringContaining('requested expiration of 7200 seconds shortened to 1200 seconds'),
  });
  expect(notAfter - server.now()).toBeLessThanOrEqual(1_200_000);
});

test('the real answers: no permission, no account, another uid, a life too short for this server', async () => {
  const { server, cluster } = await startTestCluster({
    minTokenExpirationSeconds: 1200,
    authorize: (_, { resource }) => resource?.name !== 'secret' || 'RBAC: not for you',
  });
  const manager = closing(new TokenManager({ cluster }));
  const failure = (spec: Parameters<TokenManager['token']>[0]) => manager.token(spec).catch((error) => error);
  expect(await failure({ serviceAccount: 'secret' })).toMatchObject({ reason: 'forbidden', status: 403 });
  expect(await failure({ serviceAccount: 'nobody' })).toMatchObject({ reason: 'not-found' });
  expect(await failure({ uid: 'another' })).toMatchObject({ reason: 'conflict', auditId: expect.any(String) });
  const short = await failure({ expirationSeconds: 600 });
  expect(short).toMatchObject({ reason: 'invalid', field: 'spec.expirationSeconds' });
  server.revoke(cluster.source.current().token.claims?.jti ?? '');
  const dead = await failure({ expirationSeconds: 3600 });
  expect(dead).toMatchObject({ reason: 'unauthorized', message: expect.stringContaining('jti=') });
});

test('T7: the own account is created again: tokens of the old one are not given any more', async () => {
  const { server, volume, cluster } = await startTestCluster();
  const manager = closing(new TokenManager({ cluster }));
  const before = await manager.token({ boundTo: 'self' });
  server.recreateServiceAccount('app');
  // Our own token is of the old account: the one held is all there is, and asking for others is refused, with the reason.
  expect((await manager.token({ boundTo: 'self' })).token).toBe(before.token);
  const refused = await manager.token({ expirationSeconds: 1200 }).catch((error) => error);
  expect(refused).toMatchObject({ reason: 'unauthorized', cause: { code: 'ERR_KUBEFRESH_TOKEN_REJECTED' } });
  await expect(manager.token({ expirationSeconds: 1200 })).rejects.toMatchObject({ cause: refused });
  // The kubelet brings a token of the new one: at once, and whatever was postponed, it is asked for with that.
  volume.write({ token: (await server.mint({ serviceAccount: 'app', pod: 'app-0' })).token });
  await cluster.source.renew();
  const after = await manager.token({ boundTo: 'self' });
  expect(after.token.claims?.serviceAccount?.uid).not.toBe(before.token.claims?.serviceAccount?.uid);
  expect((await manager.token({ expirationSeconds: 1200 })).token.claims?.serviceAccount?.name).toBe('app');
});

test('a spec that leaves the own account out is the same as one that names it', async () => {
  const { cluster } = await startTestCluster();
  const manager = closing(new TokenManager({ cluster }));
  const { token } = await manager.token({});
  expect((await manager.token({ namespace: 'default', serviceAccount: 'app' })).token).toBe(token);
});

test('F12: a subPath mount heals itself: no request fails over two minted lives, the volume long expired', async () => {
  // Minted lives of 3 s. The mounted token is stale at once after a second (its warnafter) and refused after four.
  const { server, volume, cluster } = await startTestCluster(
    { timeScale: 200, leewaySeconds: 0, successCacheSeconds: 0 },
    { lifetimeSeconds: 1, extended: true, claims: { exp: Math.floor(Date.now() / 1000) + 5 } },
  );
  const { token: mountedToken, lifetime } = cluster.source.current();
  const [expiry, mounted, mountedJti] = [lifetime.expiresAt, mountedToken.reveal(), mountedToken.claims?.jti];
  const source: CredentialSource = closing(
    fallbackSource(volumeSource({ directory: volume.directory }), (self) =>
      tokenRequestSource({ origin: cluster.origin, source: self, boundTo: 'self', expirationSeconds: 600 }),
    ),
  );
  const events = recordEvents(source);
  const call = closing(createFetch({ ...cluster, source }));
  const statuses = new Set<number>();
  const minted = () => server.journal.filter((entry) => entry.path.endsWith('/token') && entry.status === 201);
  // Two minted lives beyond the volume's end: the second of them is asked for with a token that was itself minted after it.
  const mintedSinceExpiry = () => minted().filter(({ time }) => time >= expiry);
  while (mintedSinceExpiry().length < 2) {
    const { status, body } = await call('/api/v1/namespaces/default/pods');
    await body?.cancel();
    statuses.add(status);
    // A request each 10 ms is a busy program; more would only starve the server in the same process.
    await setTimeout(10);
  }
  expect([...statuses]).toEqual([200]);
  const dead = await call('/api/v1/namespaces/default/pods', { headers: { authorization: `Bearer ${mounted}` } });
  expect(dead.status).toBe(401);
  // The first was asked for with the mounted token, each further one with the one minted before it.
  expect(new Set(minted().map(({ jti }) => jti)).size).toBe(minted().length);
  expect(mintedSinceExpiry().map(({ jti }) => jti)).not.toContain(mountedJti);
  expect(server.journal.filter(({ status }) => status === 401)).toHaveLength(1);
  expect(events.stale.length).toBeGreaterThan(0);
  expect(source.current()).toMatchObject({ ca: server.caBundle, namespace: 'default' });
});

test('P1: what is done leaves nothing behind: no connection, no request', async () => {
  const { server, cluster } = await startTestCluster();
  const manager = new TokenManager({ cluster });
  const source = manager.source({});
  await Promise.all([source.ready(), manager.token({ expirationSeconds: 1200 })]);
  expect(server.connections).toBeGreaterThan(0);
  await manager.close();
  await expect.poll(() => server.connections, { timeout: 5_000 }).toBe(0);
});
