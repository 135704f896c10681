import { ClosedError, CredentialUnavailableError } from '@kubefresh/core';
import { createDispatcher, type DispatcherOptions } from '@kubefresh/core/undici';
import { Agent } from 'undici';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Backend, FakeSource, makeCredential, startBackend } from './fakes.ts';
import { send } from './setup.ts';

let backend: Backend;
beforeEach(async () => {
  backend = await startBackend();
});
afterEach(() => backend[Symbol.asyncDispose]());

function open(source: FakeSource, options: Partial<DispatcherOptions> = {}) {
  return createDispatcher({ source: source.whole, origins: [backend.origin], allowInsecure: true, ...options });
}

test('close and destroy, in any order and more than once, call back and reject nothing', async () => {
  for (const order of ['close first', 'destroy first']) {
    const dispatcher = open(new FakeSource());
    expect(await send(dispatcher, backend.origin)).toMatchObject({ status: 200 });
    const ends = [
      new Promise<void>((resolve) => dispatcher.close(resolve)),
      new Promise<void>((resolve) => dispatcher.destroy(resolve)),
    ];
    if (order === 'destroy first') {
      const other = open(new FakeSource());
      expect(await send(other, backend.origin)).toMatchObject({ status: 200 });
      ends.push(other.destroy(), other.close());
    }
    await Promise.all([...ends, dispatcher.close(), dispatcher.destroy()]);
    await expect(send(dispatcher, backend.origin)).rejects.toThrow(ClosedError);
  }
});

test('C3: an old pool that its owner destroyed is no unhandled rejection', async () => {
  const source = new FakeSource();
  const pools: Agent[] = [];
  const createPool = () => {
    const pool = new Agent();
    pools.push(pool);
    return pool;
  };
  const dispatcher = open(source, { createPool });
  source.held = { ...makeCredential(1), ca: 'one' };
  expect(await send(dispatcher, backend.origin)).toMatchObject({ status: 200 });
  await pools[0]?.destroy();
  source.held = { ...makeCredential(2), ca: 'two' };
  expect(await send(dispatcher, backend.origin)).toMatchObject({ status: 200 });
  expect(pools.length).toBe(2);
  await dispatcher.close();
});

test('a handler that throws when a waiting request starts fails that request, and nothing else', async () => {
  const source = new FakeSource();
  source.held = new CredentialUnavailableError('none yet');
  const dispatcher = open(source);
  const error = await new Promise((resolve) => {
    dispatcher.dispatch(
      { origin: backend.origin, path: '/', method: 'GET' },
      {
        onRequestStart() {
          throw new Error('a bad handler');
        },
        onResponseError: (_, reason) => resolve(reason),
      },
    );
  });
  expect(error).toMatchObject({ message: 'a bad handler' });
  await dispatcher.close();
});

test('a pool that throws fails the request that waited for the first token, and nothing else', async () => {
  const source = new FakeSource();
  source.held = new CredentialUnavailableError('none yet');
  const ready = async () => {
    source.held = makeCredential(1);
    return source.held;
  };
  const createPool = () => {
    const pool = new Agent();
    pool.dispatch = () => {
      throw new Error('a bad pool');
    };
    return pool;
  };
  const dispatcher = open(Object.assign(source, { ready }), { createPool });
  await expect(send(dispatcher, backend.origin, '/', { headers: { authorization: 'mine' } })).rejects.toThrow(
    'a bad pool',
  );
  await dispatcher.close();
});

test('a pool that cannot be made fails the requests that waited for it, with the caller’s own Authorization too', async () => {
  for (const headers of [{}, { authorization: 'mine' }]) {
    const source = new FakeSource();
    source.held = new CredentialUnavailableError('none yet');
    const ready = async () => {
      source.held = makeCredential(1);
      return source.held;
    };
    const dispatcher = open(Object.assign(source, { ready }), {
      createPool: () => {
        throw new Error('no pool');
      },
    });
    await expect(send(dispatcher, backend.origin, '/', { headers })).rejects.toThrow('no pool');
    await dispatcher.close();
  }
});
