import { Readable } from 'node:stream';
import { bearer, createDispatcher } from '@kubefresh/core/undici';
import { Agent, type Dispatcher, FormData as UndiciFormData } from 'undici';
import { expect, test } from 'vitest';
import { FakeSource, makeCredential, onlyTakes, startBackend, unauthorized } from './fakes.ts';

const TEXT = '{"kind":"ConfigMap","data":{"key":"value"}}';

async function* generate(chunks: readonly (string | Uint8Array)[]) {
  for (const chunk of chunks) {
    await new Promise((resolve) => setImmediate(resolve));
    yield chunk;
  }
}

function form(): UndiciFormData {
  const data = new UndiciFormData();
  data.set('name', TEXT);
  return data;
}

/** Each form of body, made anew. */
const BODIES: [string, () => unknown][] = [
  ['string', () => TEXT],
  ['Buffer', () => Buffer.from(TEXT)],
  ['typed array', () => new Uint8Array(Buffer.from(TEXT))],
  ['Blob', () => new Blob([TEXT])],
  ['FormData', form],
  ['Readable', () => Readable.from([TEXT.slice(0, 9), Buffer.from(TEXT.slice(9))])],
  ['ReadableStream', () => Readable.toWeb(Readable.from([Buffer.from(TEXT)]))],
  ['generator', () => generate([TEXT.slice(0, 9), Buffer.from(TEXT.slice(9))])],
];

async function startRefusing() {
  const backend = await startBackend();
  backend.answer = onlyTakes('jti-2');
  const source = new FakeSource();
  source.answer = () => makeCredential(2);
  const agent = new Agent();
  const compose = (options: { maxReplayBytes?: number } = {}) =>
    agent.compose(bearer(source.whole, { origins: [backend.origin], allowInsecure: true, ...options }));
  return {
    backend,
    source,
    compose,
    post: async (body: unknown, dispatcher: Dispatcher = compose()) => {
      const response = await dispatcher.request({
        origin: backend.origin,
        path: '/',
        method: 'POST',
        body: body as NonNullable<Dispatcher.RequestOptions['body']>,
      });
      return { status: response.statusCode, text: await response.body.text() };
    },
    async [Symbol.asyncDispose]() {
      await agent.destroy();
      await backend[Symbol.asyncDispose]();
    },
  };
}

test.each(BODIES)('S4: a POST with a %s body is sent once more, byte for byte', async (name, make) => {
  await using at = await startRefusing();
  expect(await at.post(make())).toMatchObject({ status: 200 });
  const [first, second] = at.backend.seen.map(({ body }) => String(body));
  expect(at.backend.seen.length).toBe(2);
  if (name === 'FormData') {
    for (const body of [first, second]) expect(body).toContain(TEXT);
  } else expect([first, second]).toEqual([TEXT, TEXT]);
});

test.each([
  ['string', () => TEXT],
  ['Blob', () => new Blob([TEXT])],
  ['ReadableStream', () => Readable.toWeb(Readable.from([Buffer.from(TEXT)]))],
])('S4: built-in fetch with a %s body', async (_, make) => {
  await using at = await startRefusing();
  const { source, backend } = at;
  const dispatcher = createDispatcher({ source: source.whole, origins: [backend.origin], allowInsecure: true });
  const init = { method: 'POST', body: make(), duplex: 'half', dispatcher } as unknown as RequestInit;
  expect((await fetch(backend.origin, init)).status).toBe(200);
  expect(backend.seen.map(({ body }) => String(body))).toEqual([TEXT, TEXT]);
  await dispatcher.destroy();
});

test('S4: a stream of exactly the bound is sent again; one byte more, and the 401 reaches the caller whole', async () => {
  await using at = await startRefusing();
  const dispatcher = at.compose({ maxReplayBytes: 1000 });
  expect(await at.post(generate(['x'.repeat(600), 'y'.repeat(400)]), dispatcher)).toMatchObject({ status: 200 });
  const { status, text } = await at.post(generate(['x'.repeat(600), 'y'.repeat(401)]), dispatcher);
  expect([status, JSON.parse(text).reason]).toEqual([401, 'Unauthorized']);
  expect(at.backend.seen.map(({ body }) => body.length)).toEqual([1000, 1000, 1001]);
});

test('S4: with maxReplayBytes 0 streams are not kept, texts are sent again all the same', async () => {
  await using at = await startRefusing();
  const dispatcher = at.compose({ maxReplayBytes: 0 });
  expect(await at.post(generate([TEXT]), dispatcher)).toMatchObject({ status: 401 });
  expect(await at.post(TEXT, dispatcher)).toMatchObject({ status: 200 });
});

test('S4: all bodies together stay within the budget of a dispatcher, and give back what they took', async () => {
  await using at = await startRefusing();
  const dispatcher = at.compose();
  const body = () => generate([Buffer.alloc(3 * 1024 * 1024, 'x')]);
  const statuses = async (count: number) =>
    (await Promise.all(Array.from({ length: count }, () => at.post(body(), dispatcher)))).map(({ status }) => status);
  // 401s are answered only when all six have arrived, so that all are kept at once: five fit into 16 MiB.
  const { answer } = at.backend;
  const held: (() => void)[] = [];
  at.backend.answer = (...details) => {
    held.push(() => answer(...details));
    if (held.length === 6) for (const go of held.splice(0)) go();
    if (at.backend.seen.length > 6) for (const go of held.splice(0)) go();
  };
  expect((await statuses(6)).sort()).toEqual([200, 200, 200, 200, 200, 401]);
  at.backend.answer = answer;
  expect(await statuses(5)).toEqual([200, 200, 200, 200, 200]);
});

test('P9: a producer that fills its buffer anew does not change what is sent again', async () => {
  await using at = await startRefusing();
  const shared = Buffer.alloc(4);
  async function* reuse() {
    for (const text of ['aaaa', 'bbbb', 'cccc']) {
      shared.write(text);
      yield shared;
    }
    shared.write('zzzz');
  }
  expect(await at.post(reuse())).toMatchObject({ status: 200 });
  expect(at.backend.seen.map(({ body }) => String(body))).toEqual(['aaaabbbbcccc', 'aaaabbbbcccc']);
});

test('S12: a 401 before the body is through: the resend has the part sent and the rest', async () => {
  await using at = await startRefusing();
  let resolve = () => {};
  const refused = new Promise<void>((settle) => {
    resolve = settle;
  });
  let first = true;
  at.backend.early = (request, response) => {
    if (!first) return false;
    first = false;
    request.once('data', () => unauthorized(response));
    response.once('finish', () => resolve());
    return true;
  };
  async function* body() {
    yield 'first ';
    await refused;
    yield 'second ';
    yield 'third';
  }
  expect(await at.post(body())).toMatchObject({ status: 200 });
  expect(String(at.backend.seen.at(-1)?.body)).toBe('first second third');
});

test('a body that fails fails the request, and a part of it never passes for the whole', async () => {
  await using at = await startRefusing();
  async function* body() {
    yield 'first ';
    throw new Error('disk on fire');
  }
  await expect(at.post(body())).rejects.toThrow('disk on fire');
  expect(at.backend.seen).toEqual([]);
});

test('a stream that fails before it is read is no uncaught error', async () => {
  await using at = await startRefusing();
  const body = new Readable({ read() {} });
  const answer = at.post(body);
  body.destroy(new Error('disk on fire'));
  await expect(answer).rejects.toThrow('disk on fire');
});

test('a stream is given up with its request', async () => {
  await using at = await startRefusing();
  at.backend.early = (_, response) => {
    response.writeHead(413, { connection: 'close' }).end();
    return true;
  };
  const body = new Readable({ read() {} });
  body.push('x');
  const closed = new Promise((resolve) => body.once('close', resolve));
  expect(await at.post(body)).toMatchObject({ status: 413 });
  body.push('y');
  await closed;
  expect(body.destroyed).toBe(true);
});
