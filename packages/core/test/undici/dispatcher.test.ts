import { inspect } from 'node:util';
import { volumeSource } from '@kubefresh/core';
import { createDispatcher } from '@kubefresh/core/undici';
import { createProjectedVolume, startApiServer } from '@kubefresh/testing';
import { Agent, EventSource, fetch as fetch8, request as request8 } from 'undici';
import { fetch as fetch6, request as request6 } from 'undici6';
import { fetch as fetch7, request as request7 } from 'undici7';
import { expect, test } from 'vitest';
import { FakeSource, startBackend } from './fakes.ts';
import { PODS, send, startLine } from './setup.ts';

type Request = (url: string, options: object) => Promise<{ statusCode: number; body: { text(): Promise<string> } }>;
type Fetch = (url: string, options: object) => Promise<{ status: number; text(): Promise<string> }>;

const CLIENTS: [string, (url: string, options: object) => Promise<number>][] = [
  ['request of undici 6', viaRequest(request6 as unknown as Request)],
  ['request of undici 7', viaRequest(request7 as unknown as Request)],
  ['request of undici 8', viaRequest(request8 as unknown as Request)],
  ['fetch of undici 6', viaFetch(fetch6 as unknown as Fetch)],
  ['fetch of undici 7', viaFetch(fetch7 as unknown as Fetch)],
  ['fetch of undici 8', viaFetch(fetch8 as unknown as Fetch)],
  ['built-in fetch', viaFetch(globalThis.fetch as unknown as Fetch)],
];

function viaRequest(request: Request) {
  return async (url: string, options: object) => {
    const { statusCode, body } = await request(url, options);
    await body.text();
    return statusCode;
  };
}

function viaFetch(fetch: Fetch) {
  return async (url: string, options: object) => {
    const response = await fetch(url, options);
    await response.text();
    return response.status;
  };
}

test.each(CLIENTS)('%s: token, resend with a body, and a rotation', async (_, call) => {
  await using line = await startLine();
  const { dispatcher, origin, server } = line;
  expect(await call(origin + PODS, { dispatcher })).toBe(200);
  const next = await line.rotate();
  using refusal = server.faults.refuse({ jti: next.jti }, { times: 1 });
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'made' } });
  const headers = { 'content-type': 'application/json' };
  expect(await call(origin + PODS, { dispatcher, method: 'POST', body, headers })).toBe(201);
  expect(refusal.hits).toBe(1);
  expect(server.journal.entries.every(({ authorizations }) => authorizations === 1)).toBe(true);
});

test.each(CLIENTS)('%s: a 401 that nothing cures, held back for an answer, arrives whole', async (_, call) => {
  await using line = await startLine();
  using __ = line.server.faults.refuse();
  // Each of these clients reads the body to its end, or rejects.
  expect(await call(line.origin + PODS, { dispatcher: line.dispatcher })).toBe(401);
});

test('a connection that cannot be made is an error of each client, and not of the process', async () => {
  const source = new FakeSource();
  const dispatcher = createDispatcher({ source: source.whole, origins: ['https://127.0.0.1:1'] });
  for (const [, call] of CLIENTS) await expect(call('https://127.0.0.1:1', { dispatcher })).rejects.toThrow();
  await dispatcher.close();
});

test('F3: a request waits for the first credential, and no longer than startupWait', async () => {
  await using server = await startApiServer();
  using volume = createProjectedVolume();
  await using source = volumeSource({ directory: volume.directory });
  const options = { source, origins: [server.origin] };
  const patient = createDispatcher(options);
  const response = send(patient, server.origin);
  volume.write({ token: await server.mint(), 'ca.crt': server.caBundle });
  expect(await response).toMatchObject({ status: 200 });

  using empty = createProjectedVolume();
  await using nothing = volumeSource({ directory: empty.directory });
  const hasty = createDispatcher({ ...options, source: nothing, startupWait: 20 });
  await expect(send(hasty, server.origin)).rejects.toMatchObject({
    code: 'ERR_KUBEFRESH_CREDENTIAL_UNAVAILABLE',
    message: expect.stringContaining(empty.directory),
  });
  await Promise.all([patient.close(), hasty.close()]);
});

test('F3: a request that waits can be aborted, by undici’s and by built-in fetch’s signal', async () => {
  await using server = await startApiServer();
  using volume = createProjectedVolume();
  await using source = volumeSource({ directory: volume.directory });
  const dispatcher = createDispatcher({ source, origins: [server.origin] });
  for (const call of [
    (one: AbortSignal) => dispatcher.request({ origin: server.origin, path: PODS, method: 'GET', signal: one }),
    (one: AbortSignal) => fetch(server.origin + PODS, { signal: one, dispatcher } as unknown as RequestInit),
  ]) {
    const abort = new AbortController();
    const response = call(abort.signal);
    setImmediate(() => abort.abort(new Error('changed my mind')));
    await expect(response).rejects.toThrow('changed my mind');
  }
  await dispatcher.close();
  expect(server.journal.length).toBe(0);
});

test('P3: close() lets what is under way end, a resend included, and takes nothing new', async () => {
  await using line = await startLine();
  const { server, dispatcher } = line;
  await line.rotate();
  using slow = server.faults.slow({}, { delayMs: 50 });
  using _ = server.faults.refuse({}, { times: 1 });
  const response = line.request();
  const closed = dispatcher.close();
  await expect(line.request()).rejects.toMatchObject({ code: 'ERR_KUBEFRESH_CLOSED' });
  expect(await response).toMatchObject({ status: 200 });
  expect(slow.hits).toBe(2);
  await closed;
  await dispatcher.close();
  expect(server.journal.length).toBe(2);
});

test('P3: destroy() ends what is under way, what waits, and what is held back', async () => {
  await using line = await startLine();
  line.server.faults.slow({}, { delayMs: 20_000 });
  using volume = createProjectedVolume();
  await using nothing = volumeSource({ directory: volume.directory });
  const waiting = createDispatcher({ source: nothing, origins: [line.origin] });
  const responses = [line.request(), send(waiting, line.origin)];
  const ends = responses.map((response) => expect(response).rejects.toThrow('the end'));
  await Promise.all([line.dispatcher.destroy(new Error('the end')), waiting.destroy(new Error('the end'))]);
  await Promise.all(ends);
  await line.dispatcher.destroy();
  await expect(line.request()).rejects.toMatchObject({ code: 'ERR_KUBEFRESH_CLOSED' });
});

test('close() and destroy() take undici’s callbacks', async () => {
  const one = createDispatcher({ source: new FakeSource().whole, origins: ['https://h'] });
  await new Promise<void>((resolve) => one.close(resolve));
  const two = createDispatcher({ source: new FakeSource().whole, origins: ['https://h'] });
  await new Promise<void>((resolve) => two.destroy(resolve));
  const three = createDispatcher({ source: new FakeSource().whole, origins: ['https://h'] });
  await new Promise<void>((resolve) => three.destroy(new Error('the end'), resolve));
  expect(Object(three).destroyed).toBe(true);
});

test('S15: a quiet watch is not cut, where undici’s own default would cut it', async () => {
  const cut = await openQuietWatch({ bodyTimeout: 1 });
  await expect(cut.next).rejects.toMatchObject({ code: 'UND_ERR_BODY_TIMEOUT' });
  await cut.line[Symbol.asyncDispose]();
  const kept = await openQuietWatch({});
  kept.line.server.objects.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'late', namespace: 'default' } });
  expect(String(await kept.next)).toContain('late');
  await kept.line[Symbol.asyncDispose]();
});

async function openQuietWatch(options: { bodyTimeout?: number }) {
  const line = await startLine(options);
  const { body } = await line.dispatcher.request({ origin: line.origin, path: `${PODS}?watch=true`, method: 'GET' });
  const next = (async () => {
    for await (const chunk of body) return chunk;
    return undefined;
  })();
  next.catch(() => {});
  return { line, next };
}

test('a request to another origin goes without the token, also with an own Authorization', async () => {
  await using line = await startLine();
  await using other = await startBackend();
  expect(await send(line.dispatcher, other.origin)).toMatchObject({ status: 200, text: 'ok' });
  const headers = { authorization: 'Basic x' };
  expect(await send(line.dispatcher, other.origin, '/', { headers })).toMatchObject({ status: 200 });
  expect(other.seen.map(({ authorizations }) => authorizations)).toEqual([[], ['Basic x']]);
});

test('S13: an own Authorization to the API server is verified with the cluster’s CA', async () => {
  await using line = await startLine();
  const mine = await line.server.mint();
  const headers = { Authorization: `Bearer ${mine.token}` };
  expect(await line.request(PODS, { headers })).toMatchObject({ status: 200 });
  expect(line.server.journal.last).toMatchObject({ jti: mine.jti, authorizations: 1 });
});

test('another origin is verified with the system’s CAs, not with the cluster’s', async () => {
  await using line = await startLine();
  const alias = line.origin.replace('127.0.0.1', 'localhost');
  await expect(send(line.dispatcher, alias)).rejects.toMatchObject({ code: expect.stringMatching(/CERT|LEAF/) });
});

test('more than ten dispatchers to one origin: one warning', async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error & { code?: string }) => {
    if (warning.code === 'KUBEFRESH_MANY_DISPATCHERS') warnings.push(warning);
  };
  process.on('warning', onWarning);
  const make = (origin: string) => createDispatcher({ source: new FakeSource().whole, origins: [origin] });
  const few = Array.from({ length: 20 }, () => make('https://few.example'));
  // Closed ones do not count: never more than ten are open to this one.
  for (let count = 0; count < 30; count += 1) await make('https://closed.example').close();
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', onWarning);
  expect(warnings.map(({ message }) => message)).toEqual([expect.stringContaining('https://few.example')]);
  await Promise.all(few.map((one) => one.close()));
});

test('unverified TLS and plain http need allowInsecure', () => {
  const source = new FakeSource().whole;
  const insecure = { code: 'ERR_KUBEFRESH_INSECURE' };
  const connect = { rejectUnauthorized: false };
  const proxy = { uri: 'http://proxy.example', requestTls: connect };
  const origins = ['https://h'];
  expect(() => createDispatcher({ source, origins, connect })).toThrow(expect.objectContaining(insecure));
  expect(() => createDispatcher({ source, origins, proxy })).toThrow(expect.objectContaining(insecure));
  expect(() => createDispatcher({ source, origins: ['http://h'] })).toThrow(expect.objectContaining(insecure));
  expect(() => createDispatcher({ source, origins: [] })).toThrow(
    expect.objectContaining({ code: 'ERR_KUBEFRESH_INVALID_OPTION' }),
  );
});

test('allowInsecure: a server with any certificate gets the token', async () => {
  await using line = await startLine({ allowInsecure: true, connect: { rejectUnauthorized: false }, ca: '' });
  expect(await line.request()).toMatchObject({ status: 200 });
});

test('undici’s events of connections are told', async () => {
  await using line = await startLine();
  const connected = new Promise((resolve) => line.dispatcher.once('connect', resolve));
  await line.request();
  expect(String(await connected)).toContain(line.origin);
});

test('a dispatcher does not show the token', async () => {
  await using line = await startLine();
  await line.request();
  expect(inspect(line.dispatcher, { depth: 12, showHidden: true })).not.toContain(line.token.token.slice(-40));
});

test('EventSource of undici 8 works over it', async () => {
  await using line = await startLine();
  using _ = line.server.faults.respond(undefined, {
    status: 200,
    headers: { 'content-type': 'text/event-stream' },
    body: 'data: hello\n\n',
  });
  const events = new EventSource(`${line.origin}/events`, { node: { dispatcher: line.dispatcher } });
  const data = await new Promise((resolve) => events.addEventListener('message', (event) => resolve(event.data)));
  events.close();
  expect(data).toBe('hello');
});

test('the index of undici, loaded after us or before, still has its own default dispatcher', async () => {
  await using backend = await startBackend();
  const { statusCode } = await request8(backend.origin);
  expect(statusCode).toBe(200);
  expect(new Agent()).toBeInstanceOf(Agent);
});

test('what compose() makes of it can be used and closed as itself', async () => {
  await using line = await startLine();
  const composed = line.dispatcher.compose((dispatch) => (options, handler) => dispatch(options, handler));
  expect((await send(composed, line.origin)).status).toBe(200);
  await composed.close();
  await expect(send(line.dispatcher, line.origin)).rejects.toMatchObject({ code: 'ERR_KUBEFRESH_CLOSED' });
});
