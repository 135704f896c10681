import { createFetch, type KubernetesFetch } from '@kubefresh/core/undici';
import { startApiServer } from '@kubefresh/testing';
import { expect, test, vi } from 'vitest';
import { FakeSource, startBackend } from './fakes.ts';
import { PODS, startLine } from './setup.ts';

async function startFetch(prefix = '') {
  const line = await startLine();
  const { source, origin } = line;
  const call = createFetch({ source, origin: origin + prefix, origins: [origin + prefix] });
  return Object.assign(line, {
    call,
    [Symbol.asyncDispose]: async () => {
      await call.close();
      for (const one of [line.dispatcher.destroy(), line.source.close(), line.server.close()]) await one;
      line.volume[Symbol.dispose]();
    },
  });
}

const FORMS: [string, (call: KubernetesFetch, origin: string) => Promise<Response>][] = [
  ['a path', (call) => call(PODS)],
  ['a path and a query', (call) => call(`${PODS}?limit=1`)],
  ['a whole URL', (call, origin) => call(origin + PODS)],
  ['a URL object', (call, origin) => call(new URL(PODS, origin))],
  ['a Request', (call, origin) => call(new Request(origin + PODS))],
];

test('an origin to which the token may not go is a mistake, and told at once', () => {
  const { whole } = new FakeSource();
  const refused = (origin: string, origins: string[]) =>
    expect(() => createFetch({ source: whole, origin, origins })).toThrow(
      expect.objectContaining({ code: 'ERR_KUBEFRESH_INVALID_OPTION', option: 'origin' }),
    );
  refused('https://10.0.0.2', ['https://10.0.0.1']);
  refused('https://host', ['https://host/k8s/clusters/a']);
  refused('no url', ['https://10.0.0.1']);
});

test.each(FORMS)('%s resolves on the API server, with the token', async (_, form) => {
  await using line = await startFetch();
  const response = await form(line.call, line.origin);
  expect(response).toBeInstanceOf(Response);
  expect(await response.json()).toMatchObject({ kind: 'PodList' });
  expect(line.server.journal.last).toMatchObject({ path: PODS, jti: line.token.jti });
});

test('S1, S4: a POST whose token is refused is sent once more; a Request with a body too', async () => {
  await using line = await startFetch();
  const { server, call, origin } = line;
  const headers = { 'content-type': 'application/json' };
  const pod = (name: string) => JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name } });
  const next = await line.rotate();
  using _ = server.faults.refuse({ jti: next.jti }, { times: 1 });
  expect((await call(PODS, { method: 'POST', headers, body: pod('one') })).status).toBe(201);
  using __ = server.faults.refuse({ jti: line.token.jti }, { times: 1 });
  const request = new Request(origin + PODS, { method: 'POST', headers, body: pod('two') });
  expect((await call(request)).status).toBe(201);
  expect(server.journal.filter(({ status }) => status === 401).length).toBe(2);
});

test('S9: a redirect to another origin is followed without the token, and one on the same origin with it', async () => {
  await using line = await startFetch();
  await using other = await startBackend();
  line.server.faults.redirect({ path: '/away' }, { to: () => `${other.origin}/there` });
  line.server.faults.redirect({ path: '/near' }, { to: () => `${line.origin}${PODS}` });
  expect(await (await line.call('/away')).text()).toBe('ok');
  expect(other.seen).toMatchObject([{ path: '/there', authorizations: [] }]);
  expect((await line.call('/near')).status).toBe(200);
  expect(line.server.journal.last).toMatchObject({ path: PODS, jti: line.token.jti });
});

test('S9: a redirect out of the path prefix is followed without the token', async () => {
  await using line = await startFetch('/k8s/clusters/a');
  const { server, call } = line;
  server.faults.redirect({ path: '/k8s/clusters/a/away' }, { to: () => `${line.origin}/k8s/clusters/ab` });
  await call('/away');
  expect(server.journal.entries.map(({ path, credential }) => [path, credential])).toEqual([
    ['/k8s/clusters/a/away', 'bearer'],
    ['/k8s/clusters/ab', 'none'],
  ]);
});

test('S9: a redirect back from elsewhere carries the token to the API server only', async () => {
  await using line = await startFetch();
  await using other = await startBackend();
  other.answer = (_, response) => response.writeHead(307, { location: line.origin + PODS }).end();
  line.server.faults.redirect({ path: '/away' }, { to: () => other.origin });
  expect((await line.call('/away')).status).toBe(200);
  expect(other.seen[0]?.authorizations).toEqual([]);
});

test('the signal of a caller ends his request', async () => {
  await using line = await startFetch();
  line.server.faults.slow({}, { delayMs: 20_000 });
  const abort = new AbortController();
  const response = line.call(PODS, { signal: abort.signal });
  setImmediate(() => abort.abort(new Error('changed my mind')));
  await expect(response).rejects.toThrow('changed my mind');
});

test('an untrusted server is a TypeError whose cause says so', async () => {
  await using server = await startApiServer();
  const source = new FakeSource();
  await using call = createFetch({ source: source.whole, origin: server.origin, origins: [server.origin] });
  await expect(call(PODS)).rejects.toMatchObject({
    name: 'TypeError',
    cause: { code: 'ERR_KUBEFRESH_CERTIFICATE_UNTRUSTED', message: expect.stringContaining(server.origin) },
  });
});

test('after close() it takes no more requests', async () => {
  await using line = await startFetch();
  await line.call.close();
  await expect(line.call(PODS)).rejects.toMatchObject({ cause: { code: 'ERR_KUBEFRESH_CLOSED' } });
});

test('put in the place of globalThis.fetch it does not call itself', async () => {
  await using line = await startFetch();
  vi.stubGlobal('fetch', line.call);
  try {
    expect((await fetch(PODS)).status).toBe(200);
  } finally {
    vi.unstubAllGlobals();
  }
});

test('an origin that is no URL is refused', () => {
  const options = { source: new FakeSource().whole, origins: ['https://h'] };
  expect(() => createFetch({ ...options, origin: '/api' })).toThrow(
    expect.objectContaining({ code: 'ERR_KUBEFRESH_INVALID_OPTION' }),
  );
});

test('an address that is none rejects, and throws at nobody', async () => {
  await using line = await startFetch();
  const answer = line.call('//');
  await expect(answer).rejects.toThrow(TypeError);
});
