// node --test. On Node 24 and later `await using cluster = await startCluster()` does without the afterEach.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { expectNoFailures, expectTokenUsed, startCluster } from '@kubefresh/testing';
import { listPods } from '../list-pods.js';

let cluster;
beforeEach(async () => {
  cluster = await startCluster();
});
afterEach(() => cluster.close());

test('goes on when the token is rotated and the old one refused', async () => {
  assert.equal((await listPods(cluster)).length, 1);
  const old = cluster.kubelet.current;
  const next = await cluster.kubelet.rotate();
  cluster.server.revoke(old);
  await listPods(cluster);
  expectTokenUsed(cluster.server.journal, next);
  expectNoFailures(cluster.server.journal);
});

test('in an environment of its own, for clients that read process.env', async () => {
  const lent = cluster.useEnvironment();
  try {
    assert.equal((await listPods({ env: process.env, root: cluster.root })).length, 1);
  } finally {
    lent[Symbol.dispose]();
  }
});
