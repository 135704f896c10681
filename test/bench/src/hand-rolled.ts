import { readFileSync } from 'node:fs';
import type { Driver } from '@kubefresh-test/conformance';
import { Agent, request } from 'undici';

/** What many programs do instead of using a client library: token and CA are read once, at the start. */
export const handRolled: Driver = {
  id: 'hand-rolled',
  client: 'undici 8 by hand',
  flavour: 'stock',
  paths: ['call'],
  lacks: {},
  connect({ server, volume }) {
    const headers = { authorization: `Bearer ${readFileSync(volume.tokenFile, 'utf8')}` };
    const dispatcher = new Agent({ connect: { ca: readFileSync(volume.caFile) } });
    return {
      async call(pod) {
        const url = `${server.origin}/api/v1/namespaces/default/pods/${pod}`;
        const { statusCode, body } = await request(url, { dispatcher, headers });
        if (statusCode === 200) return ((await body.json()) as { metadata: { name: string } }).metadata.name;
        await body.dump();
        throw new Error(`status ${statusCode}`);
      },
      [Symbol.asyncDispose]: () => dispatcher.destroy(),
    };
  },
};
