import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { createDispatcher } from '@kubefresh/core/undici';
import { expect, test } from 'vitest';
import { send, startLine } from './setup.ts';

test('a proxy is used where it was given, sees no token, and the CA change works through it', async () => {
  await using line = await startLine();
  const seen: string[] = [];
  const proxy = createServer();
  proxy.on('connect', (request, client) => {
    seen.push(JSON.stringify([request.url, request.headers]));
    const target = connect(Number(line.server.port), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      target.pipe(client).pipe(target);
    });
    for (const socket of [target, client]) socket.on('error', () => {});
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const uri = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  for (const option of [uri, { uri }]) {
    const dispatcher = createDispatcher({ source: line.source, origins: [line.origin], proxy: option });
    expect(await send(dispatcher, line.origin)).toMatchObject({ status: 200 });
    line.volume.write({ 'ca.crt': await line.server.rotateCA() });
    expect(await send(dispatcher, line.origin)).toMatchObject({ status: 200 });
    await dispatcher.close();
  }
  expect(seen.length).toBe(4);
  expect(seen.join()).not.toContain('uthorization');
  proxy.close();
});
