// NODE_OPTIONS=--experimental-vm-modules npx jest. With `"transform": {}` Jest runs ES modules as they are.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { expectNoFailures, expectTokenUsed, startCluster } from '@kubefresh/testing';
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
