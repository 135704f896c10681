import { X509Certificate } from 'node:crypto';
import { createDispatcher } from '@kubefresh/core/undici';
import { startApiServer } from '@kubefresh/testing';
import { expect, test } from 'vitest';
import { FakeSource, makeCredential } from './fakes.ts';
import { PODS, send, startLine } from './setup.ts';

test('C1: old and new CA, then the new one only: no request fails', async () => {
  await using line = await startLine();
  const { server, volume } = line;
  const statuses = new Set<unknown>();
  let done = false;
  const workers = Array.from({ length: 8 }, async () => {
    while (!done) {
      await line.request().then(
        ({ status }) => statuses.add(status),
        (error: Error) => statuses.add(error.message),
      );
    }
  });
  const settle = async () => {
    // New connections are needed at each step: that is when a wrong CA would show.
    server.goAway();
    const from = server.journal.length;
    let seen = 0;
    await server.journal.waitFor(
      () => {
        seen += 1;
        return seen > 40;
      },
      { from },
    );
  };
  await settle();
  volume.write({ 'ca.crt': await server.rotateCA({ keepOld: true, serve: false }) });
  await settle();
  await server.reissueServingCertificate();
  await settle();
  volume.write({ 'ca.crt': server.dropOldCAs() });
  await settle();
  done = true;
  await Promise.all(workers);
  expect([...statuses]).toEqual([200]);
});

test('C2: a hard swap, the server first: the error names the CA, and nothing fails once the file is there', async () => {
  await using line = await startLine();
  const { server, volume } = line;
  expect(await line.request()).toMatchObject({ status: 200 });
  const { fingerprint256 } = new X509Certificate(server.caBundle);
  const bundle = await server.rotateCA();
  const disconnected = new Promise((resolve) => line.dispatcher.once('disconnect', resolve));
  server.cutConnections();
  await disconnected;
  await expect(line.request()).rejects.toMatchObject({
    code: 'ERR_KUBEFRESH_CERTIFICATE_UNTRUSTED',
    message: expect.stringContaining(`${line.volume.caFile}, sha256 ${fingerprint256}`),
    cause: { code: expect.stringMatching(/CERT|LEAF/) },
  });
  volume.write({ 'ca.crt': bundle });
  for (let count = 0; count < 10; count += 1) expect(await line.request()).toMatchObject({ status: 200 });
});

test('C2: a hard swap, the file first: open connections serve, and nothing fails once the server is there', async () => {
  await using line = await startLine();
  const { server, volume } = line;
  volume.write({ 'ca.crt': await server.rotateCA({ serve: false }) });
  await expect(line.request()).rejects.toMatchObject({ code: 'ERR_KUBEFRESH_CERTIFICATE_UNTRUSTED' });
  await server.reissueServingCertificate();
  for (let count = 0; count < 10; count += 1) expect(await line.request()).toMatchObject({ status: 200 });
});

test('C2: a verification failure asks the source, and is retried once with the CA it then has', async () => {
  await using server = await startApiServer();
  const source = new FakeSource();
  const { token } = await server.mint();
  server.trust(token);
  const good = { ...makeCredential(2), ca: server.caBundle };
  source.held = { ...makeCredential(1), ca: await startApiServer().then(takeBundle) };
  const reasons: (string | undefined)[] = [];
  source.onRenew = (reason) => {
    reasons.push(reason);
    source.held = good;
    return good;
  };
  const dispatcher = createDispatcher({ source: source.whole, origins: [server.origin] });
  async function* body() {
    yield '{}';
  }
  const answer = await send(dispatcher, server.origin, PODS, { method: 'POST', body: body() as never });
  expect(answer.status).toBe(401);
  expect(reasons).toEqual(['tls']);
  expect(server.journal.entries.map(({ method }) => method)).toEqual(['POST']);
  await dispatcher.close();
});

test('C2: however many requests fail, the source is asked once a second: one that mints makes a request each time', async () => {
  await using server = await startApiServer();
  const source = new FakeSource();
  source.held = { ...makeCredential(1), ca: await startApiServer().then(takeBundle) };
  let renewals = 0;
  source.onRenew = () => {
    renewals += 1;
    return source.current();
  };
  const dispatcher = createDispatcher({ source: source.whole, origins: [server.origin] });
  for (let count = 0; count < 10; count += 1) {
    const failures = await Promise.allSettled([send(dispatcher, server.origin), send(dispatcher, server.origin)]);
    expect(failures.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  }
  expect(renewals).toBeGreaterThan(0);
  expect(renewals).toBeLessThan(10);
  // In between what the source has serves.
  source.held = { ...makeCredential(2), ca: server.caBundle };
  expect((await send(dispatcher, server.origin)).status).toBe(401);
  await dispatcher.close();
});

test('F15: an empty CA trusts nobody, not even what the system trusts', async () => {
  await using line = await startLine({ ca: '' });
  await expect(line.request()).rejects.toMatchObject({
    code: 'ERR_KUBEFRESH_CERTIFICATE_UNTRUSTED',
    message: expect.stringContaining('no certificate'),
  });
});

test('the option `ca` counts instead of the volume’s, and stays', async () => {
  await using server = await startApiServer();
  await using line = await startLine({ ca: server.caBundle, origins: [server.origin] });
  server.trust(line.token.token);
  expect(await send(line.dispatcher, server.origin)).toMatchObject({ status: 200 });
});

test('C3: an open watch lives through a CA change; the old pool closes when it ends', async () => {
  await using line = await startLine();
  const { server, volume, dispatcher, origin } = line;
  const watch = await dispatcher.request({ origin, path: `${PODS}?watch=true`, method: 'GET' });
  const before = server.connections;
  volume.write({ 'ca.crt': await server.rotateCA({ keepOld: true }) });
  expect(await line.request()).toMatchObject({ status: 200 });
  expect(server.connections).toBe(before + 1);
  server.objects.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'new', namespace: 'default' } });
  const disconnected = new Promise((resolve) => dispatcher.once('disconnect', resolve));
  for await (const chunk of watch.body) {
    expect(String(chunk)).toContain('ADDED');
    break;
  }
  await disconnected;
  await expect.poll(() => server.connections, { timeout: 5_000 }).toBe(1);
});

test('C3: ten CA changes leave the sockets of one pool', async () => {
  await using line = await startLine();
  const { server, volume } = line;
  for (let count = 0; count < 10; count += 1) {
    volume.write({ 'ca.crt': await server.rotateCA({ keepOld: true }) });
    expect(await line.request()).toMatchObject({ status: 200 });
  }
  await expect.poll(() => server.connections, { timeout: 5_000 }).toBe(1);
});

async function takeBundle(server: Awaited<ReturnType<typeof startApiServer>>): Promise<string> {
  await server.close();
  return server.caBundle;
}
