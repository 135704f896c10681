import { type Cluster, volumeSource } from '@kubefresh/core';
import type { NodeCluster, Pod, ServiceAccount } from '@kubefresh-test/cluster';

/** What a pod does whose volume is all that is wanted of it. */
const IDLE = 'setInterval(() => {}, 1e9)';

/** An account that may read pods, and a pod of it that only holds the volume. */
export async function idlePod(
  cluster: NodeCluster,
  options: object = {},
): Promise<{ account: ServiceAccount; pod: Pod }> {
  const account = await cluster.accounts.create(await cluster.accounts.createNamespace('e2e'), 'reader', [
    { apiGroups: [''], resources: ['pods', 'configmaps'], verbs: ['*'] },
    { apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] },
  ]);
  return { account, pod: await cluster.pods.run({ account, script: IDLE, ...options }) };
}

/**
 * The pod's own view of the cluster, for a program in the test's process: the very directory that the kubelet writes (the
 * container's mount of it), and the real server's address.
 */
export function seenBy(cluster: NodeCluster, pod: Pod): Cluster & AsyncDisposable {
  const source = volumeSource({ directory: pod.volume.path });
  return {
    origin: cluster.server,
    origins: [cluster.server],
    source,
    namespace: pod.namespace,
    [Symbol.asyncDispose]: () => source.close(),
  };
}
