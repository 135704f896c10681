import { once } from 'node:events';
import { request } from 'node:https';
import { createServer, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { createAgent } from '@kubefresh/core/https';
import { expect, test } from 'vitest';
import { get, PODS, startLine } from './setup.ts';

/** A request that is begun with the CA of before: the file changes, and no event of it has been handled yet. */
async function beginUnderOldCA(more: object = {}) {
  const line = await startLine(more);
  line.source.current();
  const bundle = await line.server.rotateCA();
  const begun = line.get();
  line.volume.write({ 'ca.crt': bundle });
  return { line, begun };
}

test('C2: a connection begun under the CA of before is made again with the CA of now, before anything is sent', async () => {
  const { line, begun } = await beginUnderOldCA();
  await using _ = line;
  expect((await begun).status).toBe(200);
  expect(line.server.journal.length).toBe(1);
  // Nobody keeps a connection under the name of a CA that is gone.
  await expect.poll(() => Object.keys(line.agent.freeSockets)).toEqual([]);
  expect((await line.get()).status).toBe(200);
  expect((await line.get()).status).toBe(200);
  expect(Object.values(line.agent.freeSockets).flat()).toHaveLength(1);
});

test('C2: several at once as well, with bodies', async () => {
  await using line = await startLine();
  line.source.current();
  const bundle = await line.server.rotateCA();
  const create = (name: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name } };
      const headers = { 'content-type': 'application/json' };
      request(line.origin + PODS, { agent: line.agent, method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end(JSON.stringify(pod));
    });
  const begun = Array.from({ length: 5 }, (_, index) => create(`pod-${index}`));
  line.volume.write({ 'ca.crt': bundle });
  expect(new Set(await Promise.all(begun))).toEqual(new Set([201]));
  expect(line.server.journal.length).toBe(5);
});

test('with a limit of connections, which a held one would not count for, it fails as in any agent', async () => {
  const { line, begun } = await beginUnderOldCA({ maxSockets: 5 });
  await using _ = line;
  await expect(begun).rejects.toThrow('sha256');
  expect((await line.get()).status).toBe(200);
});

test('it is made again once: a server that neither CA has signed fails the request', async () => {
  await using line = await startLine();
  await using other = await startLine();
  line.source.current();
  await line.server.rotateCA();
  const begun = line.get();
  line.volume.write({ 'ca.crt': other.server.caBundle });
  await expect(begun).rejects.toThrow('sha256');
  expect(line.server.journal.length).toBe(0);
});

/** Accepts connections and says nothing. */
async function startSilent() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket.on('error', () => {})));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };
  return {
    origin: `https://127.0.0.1:${port}`,
    [Symbol.dispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

test.each([
  ['a timeout in its options', { timeout: 600 }],
  ['a short timeout in its options', { timeout: 20 }],
])('a server that never answers the handshake: a request with %s is told of it', async (_, options) => {
  await using line = await startLine();
  using silent = await startSilent();
  const agent = createAgent({ source: line.source, origins: [silent.origin] });
  const sent = request(silent.origin, { agent, ...options }).end();
  await once(sent, 'timeout');
  sent.destroy(new Error('gave up'));
  await expect(once(sent, 'response')).rejects.toThrow('gave up');
  agent.destroy();
});

test('a server that never answers the handshake: setTimeout() of a request takes effect', async () => {
  await using line = await startLine();
  using silent = await startSilent();
  const agent = createAgent({ source: line.source, origins: [silent.origin] });
  const sent = request(silent.origin, { agent }).end();
  sent.setTimeout(20, () => sent.destroy(new Error('gave up')));
  await expect(once(sent, 'response')).rejects.toThrow('gave up');
  agent.destroy();
});

test('a request that is destroyed while its connection is held says so at once, and shows no token any more', async () => {
  await using line = await startLine();
  using silent = await startSilent();
  const agent = createAgent({ source: line.source, origins: [silent.origin] });
  const sent = request(silent.origin, { agent }).end();
  sent.destroy(new Error('gave up'));
  // In the same turn: no timer of ours has anything to do with it.
  const told = await new Promise((resolve) => {
    sent.once('error', resolve);
    setImmediate(() => resolve(undefined));
  });
  expect(told).toMatchObject({ message: 'gave up' });
  expect(inspect(sent, { depth: 9 })).not.toContain(line.token.token);
  expect(Object.hasOwn(sent, 'destroy')).toBe(false);
  await expect.poll(() => Object.values(agent.sockets).flat()).toEqual([]);
  agent.destroy();
});

test('a request that is destroyed while the source looks for another CA says so at once', async () => {
  await using line = await startLine();
  let looked = (): void => {};
  const looking = new Promise<void>((resolve) => {
    looked = resolve;
  });
  const { renew } = line.source;
  line.source.renew = (options) => {
    looked();
    return new Promise((resolve) => setImmediate(() => setImmediate(() => resolve(renew.call(line.source, options)))));
  };
  await line.server.rotateCA();
  const sent = request(line.origin + PODS, { agent: line.agent }).end();
  await looking;
  sent.destroy(new Error('gave up'));
  await expect(once(sent, 'response')).rejects.toThrow('gave up');
  expect(inspect(sent, { depth: 9 })).not.toContain(line.token.token);
});

test('destroying the agent ends a request whose connection is being made', async () => {
  await using line = await startLine();
  using silent = await startSilent();
  const agent = createAgent({ source: line.source, origins: [silent.origin] });
  const begun = get(silent.origin, { agent });
  agent.destroy();
  await expect(begun).rejects.toMatchObject({ code: 'ECONNRESET' });
});
