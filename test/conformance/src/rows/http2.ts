import assert from 'node:assert/strict';
import type { Row } from '../row.ts';

/** How many requests share the connection that a 401 closes. */
const IN_FLIGHT = 50;

/** What HTTP/2 makes of a 401. */
export const http2Rows: readonly Row[] = [
  {
    id: 'S8',
    group: 'server',
    title: 'each 401 closes the HTTP/2 connection under 50 requests: 0 failed',
    paths: ['list', 'create'],
    needs: 'http2',
    async run(stage, path) {
      await stage.perform(path);
      assert.equal(stage.requests.at(-1)?.protocol, 'h2');
      // So that the others are in flight when the connection closes.
      stage.server.faults.slow({ path: '/api/v1/namespaces/default/pods' }, { delayMs: 20 });
      for (let round = 0; round < 3; round += 1) {
        await stage.rotate({ keepOld: true });
        stage.server.faults.refuse(undefined, { times: 3 });
        await Promise.all(Array.from({ length: IN_FLIGHT }, () => stage.perform(path)));
      }
    },
  },
];
