import type { Dispatcher } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import { ApiConnection } from '../../src/api/connection.ts';
import { type MemoryAnswer, memoryDispatcher } from '../mint/support/memory-dispatcher.ts';

const MIB = 1024 * 1024;
const GET = { method: 'GET', path: '/version' } as const;

/** A connection to a server that answers so, and the requests that it saw. */
function setUp(answer: () => Promise<MemoryAnswer>) {
  const seen: Dispatcher.DispatchOptions[] = [];
  const dispatcher = memoryDispatcher((options) => {
    seen.push(options);
    return answer();
  });
  const api = new ApiConnection({ origin: 'https://10.0.0.1/k8s/clusters/c-1/', dispatcher });
  onTestFinished(() => api.close());
  return { api, seen };
}

test('a request below the prefix of the origin, and its answer', async () => {
  const { api, seen } = setUp(async () => ({ status: 403, headers: { 'audit-id': 'a-1' }, json: { kind: 'Status' } }));
  const answer = await api.send({ method: 'POST', path: '/api/v1/x', body: { a: 1 }, headers: { accept: 'text/x' } });
  expect(answer).toMatchObject({ status: 403, headers: { 'audit-id': 'a-1' }, json: { kind: 'Status' } });
  expect(seen[0]).toMatchObject({ origin: 'https://10.0.0.1', path: '/k8s/clusters/c-1/api/v1/x', body: '{"a":1}' });
  expect(seen[0]?.headers).toEqual({ accept: 'text/x', 'content-type': 'application/json' });
});

test.each([
  ['just 1 MiB', MIB - 2, 'string'],
  ['one byte more', MIB - 1, 'undefined'],
])('an answer of %s', async (_, characters, type) => {
  // JSON puts two quotes around it.
  const { api } = setUp(async () => ({ status: 200, json: 'x'.repeat(characters) }));
  const { status, json } = await api.send(GET);
  expect({ status, type: typeof json }).toEqual({ status: 200, type });
});

test('closing ends what is under way, and nothing that is done; then nothing is sent', async () => {
  let hang = false;
  const { api, seen } = setUp(() => (hang ? new Promise(() => {}) : Promise.resolve({ status: 200 })));
  await api.send(GET);
  hang = true;
  const pending = api.send({ ...GET, signal: new AbortController().signal });
  await api.close();
  await api.close();
  await expect(pending).rejects.toMatchObject({ code: 'ERR_KUBEFRESH_CLOSED' });
  await expect(api.send(GET)).rejects.toMatchObject({ code: 'ERR_KUBEFRESH_CLOSED' });
  const signals = seen.map((options) => (options as { signal?: AbortSignal }).signal);
  expect(signals.map((signal) => signal?.aborted)).toEqual([false, true]);
});

test('the signal of a request ends that one only', async () => {
  const { api } = setUp(() => new Promise(() => {}));
  const giveUp = new AbortController();
  const given = api.send({ ...GET, signal: giveUp.signal });
  const other = api.send(GET);
  giveUp.abort(new Error('enough'));
  await expect(given).rejects.toThrow('enough');
  await api.close();
  await expect(other).rejects.toMatchObject({ code: 'ERR_KUBEFRESH_CLOSED' });
});
