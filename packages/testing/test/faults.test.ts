import https from 'node:https';
import { startApiServer, type TestApiServer } from '@kubefresh/testing';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { call } from './support/call.ts';

const PODS = '/api/v1/namespaces/default/pods';
let server: TestApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterEach(() => server.faults.clear());
afterAll(() => server.close());

it('refuses what matches, as often as asked, past the cache', async () => {
  const [token, other] = [await server.mint(), await server.mint()];
  expect((await call(server, PODS, { token })).status).toBe(200);
  const fault = server.faults.refuse({ jti: token.jti, method: 'GET' }, { times: 2, name: 'my fault' });
  expect((await call(server, PODS, { token })).status).toBe(401);
  expect(server.journal.last).toMatchObject({ faults: ['my fault'], reason: 'refused by a fault' });
  expect((await call(server, PODS, { token: other })).status).toBe(200);
  expect(server.journal.last).toMatchObject({ faults: [], faultsOn: ['my fault'] });
  expect(fault).toMatchObject({ active: true, hits: 1 });
  expect((await call(server, PODS, { token })).status).toBe(401);
  expect(fault).toMatchObject({ active: false, hits: 2 });
  expect((await call(server, PODS, { token })).status).toBe(200);
});

it('matches by predicate, path and protocol', async () => {
  const token = await server.mint();
  server.faults.refuse((request) => request.claims?.['kubernetes.io']?.namespace === 'other');
  server.faults.refuse({ path: /secrets$/ });
  server.faults.refuse({ protocol: 'h2' });
  expect((await call(server, PODS, { token })).status).toBe(200);
  expect((await call(server, '/api/v1/secrets', { token })).status).toBe(401);
  expect((await call(server, PODS, { token: await server.mint({ namespace: 'other' }) })).status).toBe(401);
});

it('refuses young tokens while older ones serve', async () => {
  const old = await server.mint();
  const brief = server.faults.refuseNewTokens({ youngerThanMs: 50 });
  await expect.poll(async () => (await call(server, PODS, { token: old })).status, { timeout: 5000 }).toBe(200);
  brief.stop();
  const young = await server.mint();
  const fault = server.faults.refuseNewTokens({ youngerThanMs: 60_000 });
  expect((await call(server, PODS, { token: young })).status).toBe(401);
  fault.stop();
});

it('begins a 401 that never ends', async () => {
  server.faults.refuse({}, { body: 'endless' });
  const request = https.get(new URL(PODS, server.url), { ca: server.caBundle, agent: false });
  const [response, first] = await new Promise<[import('node:http').IncomingMessage, string]>((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (answer) => answer.once('data', (chunk) => resolve([answer, String(chunk)])));
  });
  expect(response.statusCode).toBe(401);
  expect(first).toBe('{"kind":"Status",');
  expect(response.complete).toBe(false);
  request.destroy();
});

it('sends a 401 of ten megabytes, or of nothing', async () => {
  const huge = server.faults.refuse({}, { body: 'huge' });
  expect((await call(server, PODS)).text.length).toBe(10 * 1024 * 1024);
  huge.stop();
  server.faults.refuse({}, { body: 'empty' });
  expect(await call(server, PODS)).toMatchObject({ status: 401, text: '' });
});

it('strips the credential: 403 as anonymous', async () => {
  server.faults.stripToken();
  expect((await call(server, PODS, { token: await server.mint() })).status).toBe(403);
  expect(server.journal.last).toMatchObject({ user: 'system:anonymous', credential: 'bearer', faults: ['stripToken'] });
});

it('redirects with path and query, or to any address', async () => {
  const fault = server.faults.redirect({}, { to: 'http://elsewhere:1' });
  expect(await call(server, `${PODS}?limit=1`)).toMatchObject({
    status: 307,
    headers: { location: `http://elsewhere:1${PODS}?limit=1` },
  });
  fault.stop();
  server.faults.redirect({}, { to: ({ method }) => `/${method}`, status: 302 });
  expect(await call(server, PODS)).toMatchObject({ status: 302, headers: { location: '/GET' } });
});

it('cuts instead of answering, and enters it as status 0', async () => {
  server.faults.cut({}, { times: 1 });
  await expect(call(server, PODS)).rejects.toThrow();
  expect(server.journal.last).toMatchObject({ status: 0, faults: ['cut'] });
});

it('answers 429 with Retry-After', async () => {
  server.faults.tooManyRequests({}, { retryAfterSeconds: 7 });
  const { status, headers, json } = await call(server, PODS, { token: await server.mint() });
  expect(status).toBe(429);
  expect(headers['retry-after']).toBe('7');
  expect(json).toMatchObject({ reason: 'TooManyRequests', details: { retryAfterSeconds: 7 } });
});

it('answers for a backend behind a proxy subresource, once the caller is known', async () => {
  const headers = { 'www-authenticate': 'Basic' };
  server.faults.respond({ path: `${PODS}/x/proxy/` }, { status: 401, headers, body: 'who?' });
  const path = `${PODS}/x/proxy/app`;
  expect(await call(server, path, { token: await server.mint() })).toMatchObject({
    status: 401,
    headers,
    text: 'who?',
  });
  expect((await call(server, path, { token: 'nonsense' })).headers['www-authenticate']).toBeUndefined();
});

it('ends by itself after forMs', async () => {
  const fault = server.faults.refuse({}, { forMs: 20 });
  await expect.poll(() => fault.active, { timeout: 2000 }).toBe(false);
  expect((await call(server, PODS, { token: await server.mint() })).status).toBe(200);
});

it('a label changes nothing but the journal', async () => {
  using _ = server.faults.label('S1');
  expect((await call(server, PODS, { token: await server.mint() })).status).toBe(200);
  expect(server.journal.last?.faultsOn).toEqual(['S1']);
});

it('matches by an expression that remembers where it was', async () => {
  const token = await server.mint();
  server.faults.refuse({ path: /pods/g });
  expect((await call(server, PODS, { token })).status).toBe(401);
  expect((await call(server, PODS, { token })).status).toBe(401);
});

it('takes ?watch=false for no watch', async () => {
  const token = await server.mint();
  server.faults.refuse({ watch: true });
  expect((await call(server, `${PODS}?watch=false`, { token })).status).toBe(200);
});

it('lasts as long as it is told, however long', async () => {
  const token = await server.mint();
  const fault = server.faults.refuse({}, { forMs: Number.POSITIVE_INFINITY });
  await call(server, PODS, { token });
  expect((await call(server, PODS, { token })).status).toBe(401);
  expect(fault.active).toBe(true);
});

it.each([{ times: 0 }, { times: Number.NaN }, { forMs: -1 }])('refuses a bound that is none: %o', (options) => {
  expect(() => server.faults.refuse({}, options)).toThrow(
    expect.objectContaining({ code: 'ERR_KUBEFRESH_TESTING_INVALID_OPTION' }),
  );
  expect(server.faults.active).toEqual([]);
});
