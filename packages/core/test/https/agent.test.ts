import { once } from 'node:events';
import { request } from 'node:https';
import { inspect } from 'node:util';
import { type CredentialSource, volumeSource } from '@kubefresh/core';
import { createAgent } from '@kubefresh/core/https';
import { createProjectedVolume } from '@kubefresh/testing';
import { expect, test } from 'vitest';
import { nextEvent } from '../support/await-event.ts';
import { get, PODS, startLine } from './setup.ts';

test('each request carries the token of now, over a kept connection', async () => {
  await using line = await startLine();
  expect(await line.get()).toMatchObject({ status: 200 });
  const next = await line.server.mint();
  await line.write({ token: next });
  expect(await line.get()).toMatchObject({ status: 200 });
  expect(line.server.journal.entries.map(({ jti }) => jti)).toEqual([line.token.jti, next.jti]);
  expect(line.server.connectionsOpened).toBe(1);
});

test('S1: a 401 reaches the caller, the source hears of it, and the next request is right', async () => {
  await using line = await startLine();
  const next = await line.server.mint();
  line.server.revoke(line.token);
  const rejected = nextEvent(line.source, 'rejected');
  const first = await line.get();
  expect(first.status).toBe(401);
  expect(JSON.parse(first.text)).toMatchObject({ reason: 'Unauthorized' });
  expect((await rejected).auditId).toBe(line.server.journal.last?.auditId);
  await line.write({ token: next });
  expect((await line.get()).status).toBe(200);
});

test('S2: after a 401 for the new token the previous one serves', async () => {
  await using line = await startLine();
  expect((await line.get()).status).toBe(200);
  const next = await line.server.mint();
  await line.write({ token: next });
  using lag = line.server.faults.refuse({ jti: next.jti });
  expect((await line.get()).status).toBe(401);
  expect((await line.get()).status).toBe(200);
  expect(lag.hits).toBe(1);
  expect(line.server.journal.last?.jti).toBe(line.token.jti);
});

test.each([-600_000, 600_000])('S11: a server clock %i ms off is reported', async (skew) => {
  await using line = await startLine();
  line.server.skewClock(skew);
  line.volume.write({ token: await line.server.mint() });
  // With the clock behind, the new token is older than the one held, and is taken when a 401 asks for it.
  await line.get();
  expect((await line.get()).status).toBe(200);
  expect(Math.abs((line.source.status().skew ?? 0) - skew)).toBeLessThan(5_000);
});

test.each([
  ['an object', { Authorization: 'Basic x' }],
  ['an object in small letters', { authorization: 'Basic x' }],
  ['a list', ['AUTHORIZATION', 'Basic x', 'Host', 'h']],
  ['an object with Expect', { authorization: 'Basic x', expect: '100-continue' }],
])('S13: the caller’s own Authorization in %s is sent as it is, once', async (_, headers) => {
  await using line = await startLine();
  // Which the server takes for nobody.
  expect((await line.get(PODS, { headers })).status).toBe(403);
  expect(line.server.journal.last).toMatchObject({ authorizations: 1, credential: 'other' });
});

test.each([
  ['a list', ['Accept', '*/*', 'Host', 'h']],
  ['an object with Expect', { expect: '100-continue' }],
])('headers in %s, whose head is final at once, get the token all the same', async (_, headers) => {
  await using line = await startLine();
  expect((await line.get(PODS, { headers })).status).toBe(200);
  expect(line.server.journal.last).toMatchObject({ authorizations: 1, jti: line.token.jti });
});

test('S14: a 401 of the backend behind a proxy subresource is unreported', async () => {
  await using line = await startLine();
  using _ = line.server.faults.respond(undefined, { status: 401, body: 'login first' });
  let rejections = 0;
  line.source.on('rejected', () => {
    rejections += 1;
  });
  const path = '/api/v1/namespaces/default/services/web:http/proxy/';
  expect(await line.get(path)).toEqual({ status: 401, text: 'login first' });
  await new Promise((resolve) => setImmediate(resolve));
  expect(rejections).toBe(0);
});

test('S9: another host, port or path gets no token', async () => {
  await using line = await startLine({
    origins: ['https://127.0.0.1:1', 'https://localhost'],
    rejectUnauthorized: true,
  });
  const ca = line.server.caBundle;
  expect((await line.get(PODS, { ca })).status).toBe(403);
  await using prefixed = await startLine();
  const agent = createAgent({ source: prefixed.source, origins: [`${prefixed.origin}/k8s/clusters/a`] });
  for (const path of ['/k8s/clusters/a', '/k8s/clusters/ab', '/k8s/clusters/a/../b', '/']) {
    await get(prefixed.origin + path, { agent, ca: prefixed.server.caBundle });
  }
  expect(prefixed.server.journal.entries.map(({ credential }) => credential)).toEqual([
    'bearer',
    'none',
    expect.anything(),
    'none',
  ]);
  agent.destroy();
});

test('S9: a request to a socket’s path gets no token, whatever host it names', async () => {
  await using line = await startLine();
  await expect(line.get(PODS, { socketPath: '/nowhere' })).rejects.toMatchObject({ code: 'ENOENT' });
  const error = await line.get(PODS, { socketPath: '/nowhere' }).catch((reason: Error) => reason);
  expect(inspect(error, { depth: 9 })).not.toContain(line.token.token);
});

test('F3: without a credential a request fails at once, by its error event', async () => {
  await using line = await startLine();
  using empty = createProjectedVolume();
  await using source = volumeSource({ directory: empty.directory });
  const agent = createAgent({ source, origins: [line.origin] });
  await expect(get(line.origin, { agent })).rejects.toMatchObject({ code: 'ERR_KUBEFRESH_CREDENTIAL_UNAVAILABLE' });
  agent.destroy();
  await expect(get(line.origin, { agent })).rejects.toMatchObject({ code: 'ERR_KUBEFRESH_CLOSED' });
  expect(line.server.journal.length).toBe(0);
});

test('C1, C2: the CA of now verifies each new connection; the error names it, and the next request is right', async () => {
  await using line = await startLine();
  const { server } = line;
  expect((await line.get()).status).toBe(200);
  await line.write({ 'ca.crt': await server.rotateCA({ keepOld: true }) });
  expect((await line.get()).status).toBe(200);
  await line.write({ 'ca.crt': server.dropOldCAs() });
  expect((await line.get()).status).toBe(200);
  const bundle = await server.rotateCA();
  line.agent.destroy();
  const agent = createAgent({ source: line.source, origins: [line.origin] });
  await expect(get(line.origin, { agent })).rejects.toMatchObject({
    code: expect.stringMatching(/CERT|LEAF/),
    message: expect.stringMatching(/sha256 [0-9A-F:]{95}/),
  });
  await line.write({ 'ca.crt': bundle });
  for (let count = 0; count < 3; count += 1) expect((await get(line.origin + PODS, { agent })).status).toBe(200);
  agent.destroy();
});

test('C2: a verification failure makes the source look again', async () => {
  await using line = await startLine({ ca: '' });
  await expect(line.get()).rejects.toMatchObject({ code: 'ERR_KUBEFRESH_CERTIFICATE_UNTRUSTED' });
  const agent = createAgent({ source: line.source, origins: [line.origin] });
  await line.server.rotateCA();
  const reasons: unknown[] = [];
  const { renew } = line.source;
  line.source.renew = (options) => {
    reasons.push(options?.reason);
    return renew.call(line.source, options);
  };
  await expect(get(line.origin, { agent })).rejects.toThrow('sha256');
  expect(reasons).toEqual(['tls']);
  agent.destroy();
});

test('C3: idle connections of the old CA close, and an open watch lives on', async () => {
  await using line = await startLine();
  const { server } = line;
  const watch = request(`${line.origin}${PODS}?watch=true`, { agent: line.agent }).end();
  const [response] = await once(watch, 'response');
  expect((await line.get()).status).toBe(200);
  expect(server.connections).toBe(2);
  await line.write({ 'ca.crt': await server.rotateCA({ keepOld: true }) });
  expect((await line.get()).status).toBe(200);
  await expect.poll(() => server.connections, { timeout: 5_000 }).toBe(2);
  server.objects.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'new', namespace: 'default' } });
  expect(String((await once(response, 'data'))[0])).toContain('ADDED');
  watch.destroy();
});

test('unverified TLS needs allowInsecure, and neither a request nor the environment brings it about', async () => {
  await using line = await startLine();
  const options = { source: line.source, origins: [line.origin] };
  expect(() => createAgent({ ...options, rejectUnauthorized: false })).toThrow(
    expect.objectContaining({ code: 'ERR_KUBEFRESH_INSECURE' }),
  );
  await line.server.rotateCA();
  await expect(line.get(PODS, { rejectUnauthorized: false })).rejects.toThrow('sha256');
  const agent = createAgent({ ...options, rejectUnauthorized: false, allowInsecure: true });
  expect((await get(line.origin + PODS, { agent })).status).toBe(200);
  agent.destroy();
});

test('S14: neither the 401 nor the clock of a backend behind a proxy subresource is the API server’s', async () => {
  await using line = await startLine();
  const date = new Date(Date.now() + 3_600_000).toUTCString();
  const path = '/api/v1/namespaces/default/services/web/proxy/';
  for (const status of [200, 401]) {
    using _ = line.server.faults.respond(undefined, { status, headers: { date } });
    expect((await line.get(path)).status).toBe(status);
  }
  expect(line.source.status().skew).toBeUndefined();
});

test('a response that nobody reads is still discarded, so that fire-and-forget requests finish', async () => {
  await using line = await startLine({ maxSockets: 1 });
  for (let count = 0; count < 5; count += 1)
    await once(request(line.origin + PODS, { agent: line.agent }).end(), 'close');
  expect(line.server.journal.length).toBe(5);
});

test('S9: where a request goes is judged by the agent’s own options, which Node lets count more', async () => {
  await using line = await startLine();
  const { port } = new URL(line.origin);
  const own: object = { host: '127.0.0.1', port };
  const agent = createAgent({ source: line.source, origins: ['https://elsewhere.example'], ...own });
  const request = { agent, host: 'elsewhere.example', port: 443, ca: line.server.caBundle, servername: 'localhost' };
  expect((await get(`https://elsewhere.example${PODS}`, request)).status).toBe(403);
  expect(line.server.journal.last).toMatchObject({ credential: 'none' });
  agent.destroy();
});

test('pools are told apart by a digest of the CA, and nobody’s options are changed for it', async () => {
  await using line = await startLine();
  await line.get();
  const [name = ''] = Object.keys(line.agent.freeSockets);
  expect(name).not.toContain('BEGIN CERTIFICATE');
  const nameOf = (ca: string) => {
    const options = { host: '127.0.0.1', ca };
    const answer = line.agent.getName(options);
    expect(options).toEqual({ host: '127.0.0.1', ca });
    return answer;
  };
  expect(nameOf('one')).not.toBe(nameOf('another'));
  expect(nameOf('one')).toBe(nameOf('one'));
});

test('a token of somebody else’s source that fits in no header is refused', async () => {
  await using line = await startLine();
  const credential = { ...line.source.current(), token: { reveal: () => 'a\r\nb' } };
  const source = { ...line.source, current: () => credential } as unknown as CredentialSource;
  const agent = createAgent({ source, origins: [line.origin] });
  await expect((async () => get(line.origin + PODS, { agent }))()).rejects.toMatchObject({ code: 'ERR_INVALID_CHAR' });
  expect(line.server.journal.length).toBe(0);
  agent.destroy();
});
