// npx vitest run
import { expectNoFailures, expectTokenUsed, playFault, startCluster } from '@kubefresh/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listPods } from '../list-pods.js';

let cluster;
beforeEach(async () => {
  cluster = await startCluster();
});
afterEach(() => cluster.close());

test('goes on when the token is rotated and the old one refused', async () => {
  expect(await listPods(cluster)).toHaveLength(1);
  const old = cluster.kubelet.current;
  const next = await cluster.kubelet.rotate();
  cluster.server.revoke(old);
  await listPods(cluster);
  expectTokenUsed(cluster.server.journal, next);
  expectNoFailures(cluster.server.journal);
});

test('recovers from a CA that is swapped under its feet', async () => {
  const fault = playFault(cluster, 'ca-swapped', { variant: 'server-first' });
  await fault.done;
  await listPods(cluster);
  await fault.stop();
});
