import { createDispatcher } from '@kubefresh/core/undici';
import { WebSocket } from 'undici';
import { WebSocket as WebSocket7 } from 'undici7';
import { expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { FakeSource, makeCredential, startBackend } from './fakes.ts';

const EXEC = '/api/v1/namespaces/default/pods/web/exec?command=ls';

test.each([
  ['undici 8', WebSocket],
  ['undici 7', WebSocket7 as unknown as typeof WebSocket],
])('S7: a WebSocket of %s whose upgrade gets 401 is opened with the new token', async (_, Socket) => {
  await using backend = await startBackend();
  const tokens: (string | undefined)[] = [];
  const source = new FakeSource();
  const next = makeCredential(2);
  source.answer = () => next;
  const sockets = new WebSocketServer({
    server: backend.server,
    verifyClient: ({ req }, decide) => {
      tokens.push(req.headers.authorization);
      decide(req.headers.authorization === `Bearer ${next.token.reveal()}`, 401);
    },
  });
  sockets.on('connection', (socket) => socket.send('v5.channel.k8s.io'));
  const dispatcher = createDispatcher({ source: source.whole, origins: [backend.origin], allowInsecure: true });
  const socket = new Socket(backend.origin.replace('http', 'ws') + EXEC, { dispatcher });
  const message = await new Promise((resolve, reject) => {
    socket.addEventListener('message', ({ data }) => resolve(data));
    socket.addEventListener('error', reject);
  });
  expect(message).toBe('v5.channel.k8s.io');
  expect(tokens.length).toBe(2);
  socket.close();
  await dispatcher.destroy();
  sockets.close();
});

test('the limits given for WebSockets count', async () => {
  await using backend = await startBackend();
  const sockets = new WebSocketServer({ server: backend.server });
  sockets.on('connection', (socket) => socket.send('x'.repeat(1000)));
  const source = new FakeSource().whole;
  const dispatcher = createDispatcher({
    source,
    origins: [backend.origin],
    allowInsecure: true,
    webSocket: { maxPayloadSize: 999 },
  });
  const socket = new WebSocket(backend.origin.replace('http', 'ws'), { dispatcher });
  const end = await new Promise((resolve) => {
    socket.addEventListener('message', () => resolve('message'));
    socket.addEventListener('error', () => resolve('error'));
  });
  expect(end).toBe('error');
  await dispatcher.destroy();
  sockets.close();
});
