import assert from 'node:assert/strict';
import { withChild } from '../child/with-child.ts';
import type { Row } from '../row.ts';
import { LOG, podNamed } from '../stage.ts';

const LATE = 'a late line';
/** How many times faster timers run in the child: its 10 minutes are a second. */
const HASTE = 600;
const TEN_MINUTES = 600_000;

/** Streams on which nothing happens. */
export const quietRows: readonly Row[] = [
  {
    id: 'S15',
    group: 'server',
    title: 'a watch is quiet for 10 minutes (timers run 600 times as fast): it is not cut',
    paths: ['watch'],
    child: true,
    run: (stage) =>
      withChild(stage, { haste: HASTE }, async (child) => {
        await child.connect();
        await child.watch();
        await child.seen('web');
        const opened = () => stage.requests.filter(({ query, path }) => query.has('watch') || path.includes('/watch/'));
        const before = opened().length;
        await child.sleep(TEN_MINUTES / HASTE);
        const pod = podNamed(`late-${stage.start}`);
        stage.server.objects.create(pod);
        try {
          await child.seen(pod.metadata.name);
        } finally {
          stage.server.objects.delete(pod);
        }
        assert.equal(opened().length, Math.max(before, 1), 'it was opened again');
      }),
  },
  {
    id: 'S15',
    group: 'server',
    title: 'a log that is followed is quiet for 10 minutes (timers run 600 times as fast): it is not cut',
    paths: ['log'],
    needs: 'followLog',
    child: true,
    run: (stage) =>
      withChild(stage, { haste: HASTE }, async (child) => {
        const { pods } = stage.server;
        const pod = `quiet-${stage.start}`;
        stage.server.objects.create(podNamed(pod));
        pods.log(pod, LOG);
        try {
          await child.connect();
          // Some clients tell of a log only when it ends.
          const following = child.follow(pod);
          following.catch(() => {});
          await child.seen(LOG);
          await child.sleep(TEN_MINUTES / HASTE);
          pods.log(pod, LATE);
          await child.seen(LATE);
          assert.equal(stage.requests.length, 1, 'it was opened again');
        } finally {
          pods.endLog(pod);
          stage.server.objects.delete(podNamed(pod));
        }
      }),
  },
];
