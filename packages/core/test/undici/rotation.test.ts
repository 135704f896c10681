import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { inCluster } from '@kubefresh/core';
import { createDispatcher, createFetch } from '@kubefresh/core/undici';
import { createProjectedVolume, startApiServer } from '@kubefresh/testing';
import { expect, test } from 'vitest';
import { startBackend } from './fakes.ts';
import { PODS, send, startLine } from './setup.ts';

test('F1: 200 rotations 5 to 60 ms apart under 20-way load, the old token refused at once: no request fails', async () => {
  await using line = await startLine();
  const { server, volume } = line;
  const tokens = await Promise.all(Array.from({ length: 200 }, () => server.mint()));
  const failures: unknown[] = [];
  let done = false;
  const workers = Array.from({ length: 20 }, async () => {
    while (!done) {
      await line.request().then(
        ({ status }) => status === 200 || failures.push(status),
        (error: Error) => failures.push(error.message),
      );
    }
  });
  let previous = line.token;
  const standing: string[] = [];
  const taken = new Set<string | undefined>();
  line.source.on('renewed', ({ credential }) => taken.add(credential.token.claims?.jti));
  for (const [index, token] of tokens.entries()) {
    volume.write({ token });
    server.revoke(previous);
    previous = token;
    // Not a wait for something, but the fault itself: every gap from 5 to 60 ms, in a fixed disorder.
    const gap = 5 + ((index * 23) % 56);
    if (gap > 20) standing.push(token.jti);
    await pause(gap);
    // The writer is no other process here: a turn of the event loop lets the file events of this write in.
    await turn();
  }
  done = true;
  await Promise.all(workers);
  expect(failures).toEqual([]);
  expect(standing.filter((jti) => !taken.has(jti))).toEqual([]);
});

test('T6: a token with a second left when its successor lands costs no request', async () => {
  await using server = await startApiServer({ leewaySeconds: 0, successCacheSeconds: 0 });
  const first = await server.mint({ lifetimeSeconds: 1 });
  using volume = createProjectedVolume({ files: { token: first, 'ca.crt': server.caBundle } });
  const cluster = inCluster({
    env: { KUBERNETES_SERVICE_HOST: server.host, KUBERNETES_SERVICE_PORT: String(server.port) },
    root: volume.root,
  });
  const dispatcher = createDispatcher(cluster);
  const statuses = new Set<number>();
  const next = await server.mint();
  let used = '';
  while (used !== next.jti) {
    statuses.add((await send(dispatcher, cluster.origin)).status);
    used = server.journal.last?.jti ?? '';
    if (server.now() > first.expiresAt - 200) volume.write({ token: next });
  }
  expect([...statuses]).toEqual([200]);
  await dispatcher.close();
  await cluster.source.close();
});

test('F4: the volume removed after start and made again: the held token serves, then the new one', async () => {
  await using line = await startLine();
  line.volume.remove();
  expect((await line.request()).status).toBe(200);
  const next = await line.server.mint();
  line.server.revoke(line.token);
  line.volume.recreate({ token: next });
  expect((await line.request()).status).toBe(200);
  expect(line.server.journal.last?.jti).toBe(next.jti);
});

test('T7: a service account made anew: 401s reach the caller, and a new token cures them', async () => {
  await using line = await startLine();
  line.server.recreateServiceAccount();
  for (let count = 0; count < 3; count += 1) expect((await line.request()).status).toBe(401);
  line.volume.write({ token: await line.server.mint() });
  expect((await line.request()).status).toBe(200);
});

test('a Cluster is a complete set of options, for fetch too', async () => {
  await using server = await startApiServer();
  await using other = await startBackend();
  using volume = createProjectedVolume({ files: { token: await server.mint(), 'ca.crt': server.caBundle } });
  const env = { KUBERNETES_SERVICE_HOST: server.host, KUBERNETES_SERVICE_PORT: String(server.port) };
  const cluster = inCluster({ env, root: volume.root });
  await using call = createFetch(cluster);
  expect((await call(PODS)).status).toBe(200);
  expect((await call(other.origin)).status).toBe(200);
  expect(other.seen[0]?.authorizations).toEqual([]);
  await cluster.source.close();
});
