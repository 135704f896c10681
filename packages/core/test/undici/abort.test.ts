import type { Credential } from '@kubefresh/core';
import { bearer } from '@kubefresh/core/undici';
import { Agent } from 'undici';
import { expect, test } from 'vitest';
import { FakeSource, makeCredential, onlyTakes, startBackend, unauthorized } from './fakes.ts';

async function start() {
  const backend = await startBackend();
  const source = new FakeSource();
  const agent = new Agent();
  const dispatcher = agent.compose(bearer(source.whole, { origins: [backend.origin], allowInsecure: true }));
  const abort = new AbortController();
  const options = { origin: backend.origin, path: '/', method: 'GET' as const, signal: abort.signal };
  return {
    backend,
    source,
    abort,
    get: () => dispatcher.request(options),
    async [Symbol.asyncDispose]() {
      await agent.destroy();
      await backend[Symbol.asyncDispose]();
    },
  };
}

test('P9: an abort while the 401 is held back wins over the resend', async () => {
  await using at = await start();
  at.backend.answer = onlyTakes('jti-2');
  let giveAnswer = (_: Credential): void => {};
  const answer = new Promise<Credential>((resolve) => {
    giveAnswer = resolve;
  });
  const asked = new Promise<void>((resolve) => {
    at.source.answer = () => {
      resolve();
      return answer;
    };
  });
  const response = at.get();
  await asked;
  at.abort.abort(new Error('changed my mind'));
  await expect(response).rejects.toThrow('changed my mind');
  giveAnswer(makeCredential(2));
  await answer;
  await new Promise((resolve) => setImmediate(resolve));
  expect(at.backend.jtis).toEqual(['jti-1']);
});

test('P9: an abort at the moment of the 401 wins over the resend', async () => {
  await using at = await start();
  at.backend.answer = onlyTakes('jti-2');
  at.source.answer = () => {
    queueMicrotask(() => at.abort.abort(new Error('changed my mind')));
    return makeCredential(2);
  };
  await expect(at.get()).rejects.toThrow('changed my mind');
  await new Promise((resolve) => setImmediate(resolve));
  expect(at.backend.jtis).toEqual(['jti-1']);
});

test('S12: an abort while the resend is under way ends it', async () => {
  await using at = await start();
  at.source.answer = () => makeCredential(2);
  at.backend.answer = (_, response) => {
    if (at.backend.seen.length === 1) unauthorized(response);
    else at.abort.abort(new Error('changed my mind'));
  };
  await expect(at.get()).rejects.toThrow('changed my mind');
  expect(at.backend.jtis).toEqual(['jti-1', 'jti-2']);
});

test('an abort before anything was sent sends nothing', async () => {
  await using at = await start();
  at.abort.abort(new Error('changed my mind'));
  await expect(at.get()).rejects.toThrow('changed my mind');
  expect(at.backend.seen).toEqual([]);
});

test('a connection that breaks within the dropped 401 does not keep it from being sent again', async () => {
  await using at = await start();
  at.source.answer = () => makeCredential(2);
  at.backend.answer = (request, response) => {
    if (at.backend.seen.length > 1) {
      response.end('ok');
      return;
    }
    response.writeHead(401, { 'content-length': '100' }).write('half');
    setImmediate(() => request.socket.destroy());
  };
  const { statusCode } = await at.get();
  expect(statusCode).toBe(200);
});

test('a small 401 is read to its end, so that the connection serves on', async () => {
  await using at = await start();
  at.backend.answer = onlyTakes('jti-2');
  at.source.answer = () => makeCredential(2);
  let connections = 0;
  at.backend.server.on('connection', () => {
    connections += 1;
  });
  expect((await at.get()).statusCode).toBe(200);
  expect(connections).toBe(1);
});

test('a small 401 whose promised body never comes does not hang the resend', async () => {
  await using at = await start();
  at.source.answer = () => makeCredential(2);
  at.backend.answer = (_, response) => {
    if (at.backend.seen.length > 1) response.end('ok');
    else response.writeHead(401, { 'content-length': '100' }).write('half');
  };
  expect((await at.get()).statusCode).toBe(200);
});
