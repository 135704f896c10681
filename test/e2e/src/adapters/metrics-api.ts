import { type NodeCluster, type Pod, until } from '@kubefresh-test/cluster';

const GROUP = 'metrics.k8s.io';
const KINDS = { nodes: 'NodeMetrics', pods: 'PodMetrics' } as const;
const USAGE = { cpu: '1', memory: '64Mi' };

/** Gives the cluster what a metrics-server would, as objects that never change: who asks for metrics sees no difference. */
export async function addMetrics({ admin }: NodeCluster, pod: Pod): Promise<void> {
  for (const [plural, kind] of Object.entries(KINDS)) {
    await admin.request('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
      metadata: {
        name: `${plural}.${GROUP}`,
        // The API server wants it for groups of k8s.io.
        annotations: { 'api-approved.kubernetes.io': 'unapproved, for a test' },
      },
      spec: {
        group: GROUP,
        names: { plural, kind },
        scope: plural === 'nodes' ? 'Cluster' : 'Namespaced',
        versions: [
          {
            name: 'v1beta1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        ],
      },
    });
  }
  const base = `/apis/${GROUP}/v1beta1`;
  const objects = {
    [`${base}/nodes`]: { kind: KINDS.nodes, metadata: { name: 'node' }, usage: USAGE },
    [`${base}/namespaces/${pod.namespace}/pods`]: {
      kind: KINDS.pods,
      metadata: { name: pod.name },
      containers: [{ name: 'main', usage: USAGE }],
    },
  };
  for (const [path, object] of Object.entries(objects)) {
    const create = () => admin.request<object>('POST', path, { apiVersion: `${GROUP}/v1beta1`, ...object });
    // A definition is served a moment after it is made.
    await until(`${path} to be served`, create, { timeoutMs: 30_000 });
  }
}
