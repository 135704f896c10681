import assert from 'node:assert/strict';
import type { Client } from '../driver.ts';
import type { Row } from '../row.ts';

/** What a long life asks of a client. */
export const processRows: readonly Row[] = [
  {
    id: 'P8',
    group: 'process',
    title: 'a client made for each of 50 requests, and never closed: one connection',
    paths: ['call', 'list'],
    async run(stage, path) {
      const clients: Client[] = [];
      try {
        await stage.perform(path);
        const before = stage.server.connectionsOpened;
        for (let count = 0; count < 50; count += 1) {
          const client = await stage.another();
          clients.push(client);
          await stage.perform(path, client);
        }
        const opened = stage.server.connectionsOpened - before;
        // A second one may be opened while the first has not quite come to rest.
        assert.ok(opened <= 2, `${opened} connections were opened`);
      } finally {
        for (const client of clients) await client[Symbol.asyncDispose]();
      }
    },
  },
];
