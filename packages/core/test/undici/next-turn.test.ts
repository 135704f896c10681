import { ClosedError } from '@kubefresh/core';
import { createFetch } from '@kubefresh/core/undici';
import { expect, test } from 'vitest';
import { PODS, send, startLine } from './setup.ts';

const CALLERS = 20;
/** One more than callers: who is alone for a moment does not wait for the connection that has just been used. */
const MOST_CONNECTIONS = CALLERS + 1;

async function callAtOnce(call: () => Promise<unknown>): Promise<void> {
  const caller = async () => {
    for (let count = 0; count < 10; count += 1) await call();
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
}

/** A line on which a watch is open and a request has just ended, so that the next one waits for its turn. */
async function startBusyLine() {
  const line = await startLine();
  const { body } = await line.dispatcher.request({ origin: line.origin, path: `${PODS}?watch=1`, method: 'GET' });
  body.on('error', () => {});
  await line.request();
  return line;
}

test('twenty callers at once, each sending as soon as he is answered, share twenty connections', async () => {
  await using line = await startLine();
  await callAtOnce(() => line.request());
  expect(line.server.connectionsOpened).toBeLessThanOrEqual(MOST_CONNECTIONS);
});

test('twenty callers of fetch as well', async () => {
  await using line = await startLine();
  await using call = createFetch({ source: line.source, origin: line.origin, origins: [line.origin] });
  await callAtOnce(async () => (await call(PODS)).text());
  expect(line.server.connectionsOpened).toBeLessThanOrEqual(MOST_CONNECTIONS);
});

test('beside an open watch, one caller needs one connection more', async () => {
  await using line = await startBusyLine();
  for (let count = 0; count < 10; count += 1) await line.request();
  expect(line.server.connectionsOpened).toBe(2);
});

test('a request that waits for its turn is sent though the dispatcher is being closed', async () => {
  await using line = await startBusyLine();
  const waiting = line.request();
  void line.dispatcher.close();
  expect((await waiting).status).toBe(200);
});

test('a request that waits for its turn fails when the dispatcher is destroyed, or when it is aborted', async () => {
  await using line = await startBusyLine();
  const sent = line.server.journal.length;
  const abort = new AbortController();
  const aborted = line.request(PODS, { signal: abort.signal });
  abort.abort(new Error('changed my mind'));
  await expect(aborted).rejects.toThrow('changed my mind');
  await line.request();
  const waiting = send(line.dispatcher, line.origin);
  void line.dispatcher.destroy();
  await expect(waiting).rejects.toThrow(ClosedError);
  expect(line.server.journal.length).toBe(sent + 1);
});

test('a request with headers that cannot be read fails alone when its turn comes', async () => {
  await using line = await startBusyLine();
  const unreadable = {
    [Symbol.iterator]() {
      throw new Error('unreadable');
    },
  } as unknown as Map<string, string>;
  await expect(line.request(PODS, { headers: unreadable })).rejects.toThrow('unreadable');
  expect((await line.request()).status).toBe(200);
});

test('with a limit of connections, undici still tells when there is none left', async () => {
  await using line = await startLine({ connections: 1 });
  await Promise.all([line.request(), line.request()]);
  const ended = line.request();
  const more = line.dispatcher.dispatch({ origin: line.origin, path: PODS, method: 'GET' }, { onRequestStart() {} });
  expect(more).toBe(false);
  await ended;
});
