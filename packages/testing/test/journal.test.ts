import { startApiServer, type TestApiServer } from '@kubefresh/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { call } from './support/call.ts';

const PODS = '/api/v1/namespaces/default/pods';
let server: TestApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
beforeEach(() => server.journal.clear());
afterAll(() => server.close());

const ask = async (method = 'GET') => call(server, PODS, { token: await server.mint(), method, body: {} });

it('waits without a bound where none is wanted', async () => {
  const found = server.journal.waitFor(() => true, { timeoutMs: Number.POSITIVE_INFINITY });
  await ask();
  expect((await found).status).toBe(200);
});

it('goes on waiting over a clear()', async () => {
  await ask();
  await ask();
  const found = server.journal.waitFor(({ method }) => method === 'POST');
  server.journal.clear();
  await ask('POST');
  expect((await found).method).toBe('POST');
});

it('goes on telling entries over a clear()', async () => {
  await ask();
  const entries = server.journal[Symbol.asyncIterator]();
  expect((await entries.next()).value?.method).toBe('GET');
  const next = entries.next();
  server.journal.clear();
  await ask('POST');
  expect((await next).value?.method).toBe('POST');
  await entries.return();
});

it('tells whoever waits that his predicate throws, and no client', async () => {
  const found = server.journal.waitFor(() => {
    throw new TypeError('predicate');
  });
  const refused = expect(found).rejects.toThrow('predicate');
  expect((await ask()).status).toBe(200);
  await refused;
});
