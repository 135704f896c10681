import { type NodeCluster, startCluster } from '@kubefresh-test/cluster';
import { afterAll, beforeAll } from 'vitest';
import { Evidence } from './evidence.ts';

/** What the tests of a suite have in common; there from the first test on. */
export interface NodeInUse {
  readonly cluster: NodeCluster;
  /** What its API server saw, from the start. */
  readonly evidence: Evidence;
}

/** A cluster with a node for the suite that calls this in its body: started before its first test, ended after its last. */
export function useNode(): NodeInUse {
  let node: NodeInUse | undefined;
  const started = () => {
    if (node === undefined) throw new Error('The node starts before the first test, so only tests and hooks have it.');
    return node;
  };
  beforeAll(async () => {
    const cluster = await startCluster({ profile: 'node' });
    node = { cluster, evidence: new Evidence(cluster) };
  });
  afterAll(async () => {
    await node?.evidence.stop();
    await node?.cluster.stop();
  });
  return {
    get cluster() {
      return started().cluster;
    },
    get evidence() {
      return started().evidence;
    },
  };
}
