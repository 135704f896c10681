import { startCluster } from '@kubefresh/testing';
import { expect, test } from 'vitest';
import { runChild } from '../support/child.ts';

test('a program of its own, started with the environment of the test cluster, finds server and volume', async () => {
  await using cluster = await startCluster();
  const { stdout, stderr } = await runChild('print-where.ts', { env: { ...cluster.env } });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({
    origin: cluster.server.origin,
    namespace: 'default',
    jti: cluster.kubelet.current?.jti,
  });
});
