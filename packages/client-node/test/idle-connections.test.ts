import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { IdleConnections } from '../src/agent/idle-connections.ts';

const KEPT_FOR = 50;

/** A server that answers each request, and knows its connections. */
const sockets = new Set<Socket>();
const server = createServer((socket) => {
  sockets.add(socket);
  socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));
  socket.on('close', () => sockets.delete(socket));
  socket.on('error', () => {});
});
let agent: Agent;
beforeEach(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  agent = new Agent({ keepAlive: true });
});
afterEach(() => {
  agent.destroy();
  server.close();
});

async function send(): Promise<void> {
  const request = get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', agent });
  const [response] = await once(request, 'response');
  await once(response.resume(), 'end');
}

test('connections that are not used are closed', async () => {
  new IdleConnections(agent, KEPT_FOR);
  await Promise.all([send(), send()]);
  expect(sockets.size).toBe(2);
  await Promise.all([...sockets].map((socket) => once(socket, 'close')));
});

test('one that is used is not', async () => {
  // Far longer than this process ever stands still.
  new IdleConnections(agent, 10 * KEPT_FOR);
  await Promise.all([send(), send()]);
  const [one, other] = [...sockets] as [Socket, Socket];
  const closed = Promise.race([one, other].map((socket) => once(socket, 'close').then(() => socket)));
  let gone: Socket | undefined;
  void closed.then((socket) => (gone = socket));
  // Serves one request after the other: always the same connection, the one that fell idle last.
  while (gone === undefined) await send();
  expect(sockets.size).toBe(1);
  await send();
  expect(sockets.size).toBe(1);
});
