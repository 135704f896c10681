import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type * as Undici from 'undici';
import { expect, it } from 'vitest';
import { UntoldReasons } from '../src/untold-reasons.ts';

const { resolve } = createRequire(import.meta.url);

/** undici as it came with a client, and with it the kind of handler that its fetch has. */
const undiciOf = (client: string): typeof Undici => createRequire(resolve(`${client}/package.json`))('undici');

it.each(['kubernetes-fluent-client-3.3', 'kubernetes-fluent-client'])(
  'fetch of %s: a body is read through it, and one that breaks off ends with an error',
  async (client) => {
    const { Agent, fetch } = undiciOf(client);
    const server = createServer((request, response) => {
      response.write('the first half, ');
      if (request.url === '/whole') response.end('and the other');
      else setImmediate(() => response.destroy());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const agent = new Agent();
    const reasons = new UntoldReasons();
    const dispatcher = agent.compose(
      (dispatch) => (options, handler) => dispatch(options, reasons.heardBy(handler as never) as never),
    );
    try {
      const { port } = server.address() as AddressInfo;
      const get = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`, { dispatcher })).text();
      expect(await get('/whole')).toBe('the first half, and the other');
      await expect(get('/half')).rejects.toThrow('terminated');
    } finally {
      await agent.close();
      server.close();
    }
  },
);

it('a handler of undici 7 and before finds at its end what it kept when it was connected', () => {
  const ends: string[] = [];
  const older = {
    body: 'none',
    onConnect() {
      this.body = 'its own';
    },
    onError(error: Error) {
      ends.push(`${error.message}: ${this.body}`);
    },
  };
  const heard = new UntoldReasons().heardBy(older as never) as unknown as typeof older;
  heard.onConnect();
  heard.onError(new Error('broken off'));
  expect(ends).toEqual(['broken off: its own']);
});
