import { bearer } from '@kubefresh/core/undici';
import { Agent, type Dispatcher } from 'undici';
import { Agent as Agent7 } from 'undici7';
import { expect, test } from 'vitest';
import { FakeSource, makeCredential, onlyTakes, startBackend, unauthorized } from './fakes.ts';

const AGENTS: readonly { readonly name: string; readonly make: () => Dispatcher }[] = [
  { name: 'undici 7', make: () => new Agent7() as unknown as Agent },
  { name: 'undici 8', make: () => new Agent() },
];

async function start(agent: Dispatcher) {
  const backend = await startBackend();
  const source = new FakeSource();
  const dispatcher = agent.compose(bearer(source.whole, { origins: [backend.origin], allowInsecure: true }));
  return {
    backend,
    source,
    head: () => dispatcher.request({ origin: backend.origin, path: '/', method: 'HEAD' }),
    async [Symbol.asyncDispose]() {
      await agent.destroy();
      await backend[Symbol.asyncDispose]();
    },
  };
}

/** HEAD is over with its headers: pausing a response without a body stops nothing. */
test.each(AGENTS)('$name: a HEAD whose 401 is held back until the source answers is sent again', async ({ make }) => {
  await using at = await start(make());
  at.backend.answer = onlyTakes('jti-2');
  at.source.answer = () => new Promise((resolve) => setTimeout(() => resolve(makeCredential(2)), 20));
  const { statusCode } = await at.head();
  expect(statusCode).toBe(200);
  expect(at.backend.jtis).toEqual(['jti-1', 'jti-2']);
});

test.each(AGENTS)('$name: a HEAD whose 401 nothing cures ends with it', async ({ make }) => {
  await using at = await start(make());
  at.backend.answer = (_, response) => unauthorized(response);
  at.source.answer = () => new Promise((resolve) => setTimeout(() => resolve(undefined), 20));
  const { statusCode, headers, body } = await at.head();
  expect([statusCode, headers['audit-id'], await body.text()]).toEqual([401, 'audit-1', '']);
  expect(at.backend.seen.length).toBe(1);
});
