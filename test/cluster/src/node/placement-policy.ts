import type { ApiClient } from '../api/client.ts';
import { until } from '../machine/waiting.ts';
import { NODE_NAME } from '../pki/cluster-pki.ts';

const NAME = 'kubefresh-fixture-placement';

/** Ten times what the API server's informers take. */
const LIVE_TIMEOUT_MS = 10_000;

/**
 * Fits every new pod to the one node, so that ordinary manifests run unchanged: there is no scheduler, hence the node's
 * name; no pod network, hence the machine's; nothing routes to the `kubernetes` Service, hence the API server's real
 * address in the variables that in-cluster clients read. What a pod sets itself stays.
 */
export async function applyPlacementPolicy(admin: ApiClient): Promise<void> {
  const base = '/apis/admissionregistration.k8s.io/v1';
  const { port } = new URL(admin.server);
  await admin.request('POST', `${base}/mutatingadmissionpolicies`, {
    metadata: { name: NAME },
    spec: {
      failurePolicy: 'Fail',
      reinvocationPolicy: 'Never',
      matchConstraints: {
        resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
      },
      mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: placement(port) } }],
    },
  });
  const spec = { policyName: NAME };
  await admin.request('POST', `${base}/mutatingadmissionpolicybindings`, { metadata: { name: NAME }, spec });
  await until('the placement policy to be live', () => isLive(admin), { timeoutMs: LIVE_TIMEOUT_MS, intervalMs: 20 });
}

function placement(port: string): string {
  const variables = Object.entries({ KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: port }).map(
    ([name, value]) =>
      `(has(c.env) && c.env.exists(e, e.name == "${name}") ? [] : [{"name": "${name}", "value": "${value}"}])`,
  );
  const env = variables.join(' + ');
  const containers = (list: string) =>
    `object.spec.${list}.map(c, Object.spec.${list}{name: c.name, env: (${env}).map(v, Object.spec.${list}.env{name: v.name, value: v.value})})`;
  return `Object{spec: Object.spec{
    nodeName: has(object.spec.nodeName) ? object.spec.nodeName : "${NODE_NAME}",
    hostNetwork: true,
    containers: ${containers('containers')},
    initContainers: has(object.spec.initContainers) ? ${containers('initContainers')} : []
  }}`;
}

/** Asks for a pod without creating it, and looks whether it would be placed. */
async function isLive(admin: ApiClient): Promise<boolean> {
  type Pod = { spec: { nodeName?: string } };
  const pod = {
    metadata: { name: 'probe' },
    spec: { automountServiceAccountToken: false, containers: [{ name: 'probe', image: 'probe' }] },
  };
  const { spec } = await admin.request<Pod>('POST', '/api/v1/namespaces/default/pods?dryRun=All', pod);
  return spec.nodeName === NODE_NAME;
}
