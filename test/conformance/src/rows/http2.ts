import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Path } from '../driver.ts';
import type { Row } from '../row.ts';
import { op, podNamed, type Stage } from '../stage.ts';

/** How many requests share the connection that a 401 closes. */
const IN_FLIGHT = 50;
/** How often: whether a request meets the closing connection on its way is a matter of luck, which 50 have once in a while. */
const ROUNDS = 5;

/** What HTTP/2 makes of a 401. */
export const http2Rows: readonly Row[] = [
  {
    id: 'S8',
    group: 'server',
    title: 'each 401 closes the HTTP/2 connection under 50 requests, beside an open watch: 0 failed',
    paths: ['list', 'create'],
    needs: 'http2',
    async run(stage, path) {
      await stage.perform(path);
      assert.equal(stage.requests.at(-1)?.protocol, 'h2');
      const watching = await op(stage.client, 'watch')(() => {});
      try {
        // So that the others are in flight when the connection closes.
        stage.server.faults.slow({ path: '/api/v1/namespaces/default/pods', method: 'GET' }, { delayMs: 20 });
        for (let round = 0; round < ROUNDS; round += 1) {
          const { jti } = await stage.rotate({ keepOld: true });
          const sent = () => stage.requests.at(-1)?.jti;
          while (sent() !== jti) await stage.perform('list');
          // Sent once more with the token of before, none of them is refused twice.
          const refusal = stage.server.faults.refuse({ jti }, { times: 3 });
          await Promise.all(Array.from({ length: IN_FLIGHT }, (_, index) => send(stage, path, index)));
          assert.equal(refusal.hits, 3);
        }
      } finally {
        watching.stop();
      }
      assert.ok(stage.requests.every(({ protocol }) => protocol === 'h2'));
    },
  },
];

/** Creations come with a body that can be read once; undici itself does not send such a request again. */
async function send(stage: Stage, path: Path, index: number): Promise<void> {
  if (path !== 'create' || index % 5 > 0) return stage.perform('list');
  const pod = podNamed(`uploaded-${randomUUID()}`);
  await op(stage.client, 'upload')(once(JSON.stringify({ ...pod, spec: { containers: [] } })));
  assert.ok(stage.server.objects.get(pod), 'the pod was not created');
  stage.server.objects.delete(pod);
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
