import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Row } from '../row.ts';
import { op, podNamed } from '../stage.ts';

/** Large enough not to be sent at once, characters; annotations may have 256 KiB in all. */
const NOTE = 'a note that is no multiple of any buffer; '.repeat(6_000);
/** How long the server leaves the request lying, ms: the rotation is done by then. */
const HELD = 100;

/** What happens to bodies. */
export const uploadRows: readonly Row[] = [
  {
    id: 'S12',
    group: 'server',
    title: 'the token is rotated while a body is under way: it arrives whole, once',
    paths: ['create'],
    async run(stage, path) {
      await stage.perform(path);
      const pod = podNamed(`noted-${randomUUID()}`);
      const held = stage.server.faults.slow({ method: 'POST' }, { delayMs: HELD });
      const creating = stage.attempt(() => op(stage.client, 'create')(pod.metadata.name, NOTE));
      // Looked at when the rotation is over.
      creating.catch(() => {});
      await stage.rotate();
      await creating;
      held.stop();
      const created = stage.server.objects.get(pod) as { metadata: { annotations?: { note?: string } } } | undefined;
      assert.equal(created?.metadata.annotations?.note === NOTE, true, 'the note is another');
      const posted = stage.requests.filter(({ method, status }) => method === 'POST' && status === 201);
      assert.equal(posted.length, 2, 'it was taken more than once');
      stage.server.objects.delete(pod);
    },
  },
  {
    id: 'P9',
    group: 'process',
    title: 'the producer of a body uses its one buffer again: after a 401 the right bytes are sent',
    paths: ['create'],
    needs: 'upload',
    async run(stage, path) {
      await stage.perform(path);
      await stage.rotate({ keepOld: true });
      const pod = podNamed(`uploaded-${randomUUID()}`);
      stage.server.faults.refuse({ method: 'POST' }, { times: 1 });
      await op(stage.client, 'upload')(throughOneBuffer(JSON.stringify({ ...pod, spec: { containers: [] } })));
      assert.ok(stage.server.objects.get(pod), 'the pod was not created');
      stage.server.objects.delete(pod);
      const [refused, taken] = stage.requests.filter(({ method }) => method === 'POST').slice(-2);
      assert.deepEqual([refused?.status, taken?.status], [401, 201]);
    },
  },
];

/** As a reader of files does that saves memory: each chunk is where the one before was. */
async function* throughOneBuffer(text: string): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.alloc(16);
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += buffer.length) {
    const length = bytes.copy(buffer, 0, from);
    yield buffer.subarray(0, length);
  }
  buffer.fill(0);
}
