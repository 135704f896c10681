import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, get } from 'node:https';
import { text } from 'node:stream/consumers';
import { startApiServer } from '@kubefresh/testing';
import { expect, it } from 'vitest';

it('asks HTTP/1.1 clients to leave with their next answer, and new connections stay', async () => {
  await using server = await startApiServer();
  const agent = new Agent({ keepAlive: true, ca: server.caBundle });
  const connectionHeader = async () => {
    const [response] = (await once(get(`${server.origin}/healthz`, { agent }), 'response')) as [IncomingMessage];
    expect(await text(response)).toBe('ok');
    return response.headers.connection;
  };
  // As Go's server, which keeps a connection without saying so.
  expect(await connectionHeader()).toBeUndefined();
  server.goAway();
  expect(await connectionHeader()).toBe('close');
  expect(await connectionHeader()).toBeUndefined();
  expect(server.journal.entries.map(({ connection }) => connection)).toEqual([1, 1, 2]);
  agent.destroy();
});
