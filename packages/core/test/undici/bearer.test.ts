import { CredentialUnavailableError } from '@kubefresh/core';
import { bearer } from '@kubefresh/core/undici';
import { Agent, type Dispatcher, Pool } from 'undici';
import { Agent as Agent6 } from 'undici6';
import { Agent as Agent7 } from 'undici7';
import { expect, test } from 'vitest';
import { type Backend, FakeSource, makeCredential, onlyTakes, startBackend, unauthorized } from './fakes.ts';
import { send } from './setup.ts';

/** Both copies of undici that bearer() promises to serve. */
const UNDICI = [
  { name: 'undici 7', makeAgent: () => new Agent7() as unknown as Agent },
  { name: 'undici 8', makeAgent: () => new Agent() },
];

function compose(source: FakeSource, backend: Backend, agent: Dispatcher = new Agent()): Dispatcher {
  return agent.compose(bearer(source.whole, { origins: [backend.origin], allowInsecure: true }));
}

test.each(UNDICI)('$name: the token goes out, a 401 is answered with a better one', async ({ makeAgent }) => {
  await using backend = await startBackend();
  const source = new FakeSource();
  const dispatcher = compose(source, backend, makeAgent());
  expect(await send(dispatcher, backend.origin)).toMatchObject({ status: 200, text: 'ok' });
  backend.answer = onlyTakes('jti-2');
  source.answer = () => makeCredential(2);
  expect(await send(dispatcher, backend.origin)).toMatchObject({ status: 200, text: 'ok' });
  expect(backend.jtis).toEqual(['jti-1', 'jti-1', 'jti-2']);
  expect(source.rejections).toMatchObject([
    { status: 401, jti: 'jti-1', origin: backend.origin, auditId: 'audit-1', date: expect.any(String) },
  ]);
});

test.each(UNDICI)('$name: an answer that takes a while is waited for', async ({ makeAgent }) => {
  await using backend = await startBackend();
  backend.answer = onlyTakes('jti-2');
  const source = new FakeSource();
  source.answer = () => new Promise((resolve) => setImmediate(() => resolve(makeCredential(2))));
  expect(await send(compose(source, backend, makeAgent()), backend.origin)).toMatchObject({ status: 200 });
});

test.each(UNDICI.flatMap((one) => ['keep-alive', 'close'].map((connection) => ({ ...one, connection }))))(
  '$name: a held 401 with Connection: $connection that nothing cures is whole',
  async ({ makeAgent, connection }) => {
    await using backend = await startBackend();
    backend.answer = (_, response) => unauthorized(response, { connection });
    const source = new FakeSource();
    source.answer = () => new Promise((resolve) => setImmediate(() => resolve(undefined)));
    const { status, text } = await send(compose(source, backend, makeAgent()), backend.origin);
    expect([status, JSON.parse(text).code]).toEqual([401, 401]);
    expect(backend.seen.length).toBe(1);
  },
);

test('a source that never answers, rejects or throws leaves the 401 to the caller', async () => {
  await using backend = await startBackend();
  backend.answer = (_, response) => unauthorized(response);
  const source = new FakeSource();
  const dispatcher = compose(source, backend);
  const answers = [
    () => new Promise<undefined>(() => {}),
    () => Promise.reject(new Error('no')),
    () => {
      throw new Error('no');
    },
  ];
  for (const answer of answers) {
    source.answer = answer;
    expect(await send(dispatcher, backend.origin)).toMatchObject({ status: 401 });
  }
  expect(backend.seen.length).toBe(3);
});

test('a second 401 goes to the caller, unless a newer token arrived meanwhile', async () => {
  await using backend = await startBackend();
  backend.answer = onlyTakes('jti-3');
  const source = new FakeSource();
  source.answer = (refused) => makeCredential(refused.generation === 1 ? 2 : 1);
  const dispatcher = compose(source, backend);
  expect(await send(dispatcher, backend.origin)).toMatchObject({ status: 401 });
  expect(backend.jtis).toEqual(['jti-1', 'jti-2']);
  source.answer = (refused) => makeCredential(refused.generation + 1);
  expect(await send(dispatcher, backend.origin)).toMatchObject({ status: 200 });
  expect(backend.jtis.slice(2)).toEqual(['jti-1', 'jti-2', 'jti-3']);
});

const OWN: [string, NonNullable<Dispatcher.RequestOptions['headers']>][] = [
  ['a plain object', { authorization: 'Basic x' }],
  ['a plain object in capitals', { AUTHORIZATION: 'Basic x' }],
  ['a flat list', ['accept', '*/*', 'Authorization', 'Basic x']],
  ['a Map', new Map([['aUthorization', 'Basic x']])],
  ['Headers', new Headers({ Authorization: 'Basic x' })],
];

test.each(OWN)('S13: the caller’s own Authorization in %s is sent as it is, once', async (_, headers) => {
  await using backend = await startBackend();
  backend.answer = (_request, response) => unauthorized(response);
  const source = new FakeSource();
  source.answer = () => makeCredential(2);
  expect(await send(compose(source, backend), backend.origin, '/', { headers })).toMatchObject({ status: 401 });
  expect(backend.seen.map(({ authorizations }) => authorizations)).toEqual([['Basic x']]);
  expect(source.rejections).toEqual([]);
});

const OTHERS: [string, Dispatcher.RequestOptions['headers']][] = [
  ['nothing', undefined],
  ['null', null],
  ['a plain object', { 'x-a': '1', authorization: undefined }],
  ['a flat list', ['x-a', '1']],
  ['a Map', new Map([['x-a', '1']])],
  ['Headers', new Headers({ 'x-a': '1' })],
  ['a list of pairs', [['x-a', '1']] as unknown as Iterable<[string, string]>],
];

test.each(OTHERS)('S13: with headers in %s there is one Authorization, also when sent again', async (_, headers) => {
  await using backend = await startBackend();
  backend.answer = onlyTakes('jti-2');
  const source = new FakeSource();
  source.answer = () => makeCredential(2);
  const more = headers === undefined ? {} : { headers };
  expect(await send(compose(source, backend), backend.origin, '/', more)).toMatchObject({ status: 200 });
  expect(backend.seen.map(({ authorizations }) => authorizations.length)).toEqual([1, 1]);
});

test('the caller’s options and headers are left as they were', async () => {
  await using backend = await startBackend();
  const headers = Object.freeze({ accept: 'text/plain' });
  const options = Object.freeze({ origin: backend.origin, path: '/', method: 'GET' as const, headers });
  const response = await compose(new FakeSource(), backend).request(options);
  expect(await response.body.text()).toBe('ok');
  expect(Object.keys(headers)).toEqual(['accept']);
});

test('without a credential a request fails at once, and one with an own Authorization does not', async () => {
  await using backend = await startBackend();
  const source = new FakeSource();
  source.held = new CredentialUnavailableError('There is no token in /nowhere yet.');
  const dispatcher = compose(source, backend);
  await expect(send(dispatcher, backend.origin)).rejects.toBe(source.held);
  const headers = { authorization: 'Basic x' };
  expect(await send(dispatcher, backend.origin, '/', { headers })).toMatchObject({ status: 200 });
});

test('undici 6 gets a clear error', async () => {
  await using backend = await startBackend();
  const source = new FakeSource();
  const interceptor = bearer(source.whole, { origins: [backend.origin], allowInsecure: true });
  const dispatcher = new Agent6().compose(interceptor as never);
  await expect(dispatcher.request({ origin: backend.origin, path: '/', method: 'GET' })).rejects.toMatchObject({
    code: 'ERR_KUBEFRESH_UNSUPPORTED_UNDICI',
  });
});

test('a request without an origin is refused rather than sent without the token', async () => {
  await using backend = await startBackend();
  const { Pool: Pool7 } = await import('undici7');
  const interceptor = bearer(new FakeSource().whole, { origins: [backend.origin], allowInsecure: true });
  const seven = new Pool7(backend.origin).compose(interceptor as never);
  await expect(seven.request({ path: '/', method: 'GET' })).rejects.toMatchObject({
    code: 'ERR_KUBEFRESH_INVALID_OPTION',
  });
  // undici 8 fills it in.
  const eight = new Pool(backend.origin).compose(interceptor);
  expect((await eight.request({ path: '/', method: 'GET' } as Dispatcher.RequestOptions)).statusCode).toBe(200);
  expect(backend.jtis).toEqual(['jti-1']);
});

test('the Date of ordinary responses is handed to the source, but not of each', async () => {
  await using backend = await startBackend();
  const source = new FakeSource();
  const dispatcher = compose(source, backend);
  for (let count = 0; count < 3; count += 1) await send(dispatcher, backend.origin);
  expect(source.dates).toEqual([expect.stringMatching(/GMT$/)]);
});

test('upgrade() and connect(): the one is sent again, the other not', async () => {
  await using backend = await startBackend();
  const source = new FakeSource();
  source.answer = () => makeCredential(2);
  const dispatcher = compose(source, backend);
  backend.server.on('upgrade', (request, socket) => {
    const jti = /jti-\d/.exec(
      Buffer.from(String(request.headers.authorization).split('.')[1] ?? '', 'base64url').toString(),
    );
    socket.end(
      jti?.[0] === 'jti-2'
        ? 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: SPDY/3.1\r\n\r\nhello'
        : 'HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n',
    );
  });
  const options = { origin: backend.origin, path: '/api/v1/namespaces/default/pods/web/exec', protocol: 'SPDY/3.1' };
  const { socket } = await dispatcher.upgrade(options);
  expect(String(await socket.toArray())).toBe('hello');
  backend.server.on('connect', (_, socket) => {
    socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n');
  });
  const answer = await dispatcher.connect({ origin: backend.origin, path: '/' }).catch((error: Error) => error);
  expect(answer instanceof Error ? answer.message : answer.statusCode).toBe(401);
});
