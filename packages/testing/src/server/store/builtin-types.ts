import type { ResourceType } from './objects.ts';

// What people type in their place.
const SHORT_NAMES: Readonly<Record<string, string>> = {
  pods: 'po',
  configmaps: 'cm',
  serviceaccounts: 'sa',
  services: 'svc',
  endpoints: 'ep',
  events: 'ev',
  persistentvolumeclaims: 'pvc',
  persistentvolumes: 'pv',
  namespaces: 'ns',
  nodes: 'no',
  deployments: 'deploy',
  replicasets: 'rs',
  statefulsets: 'sts',
  daemonsets: 'ds',
  cronjobs: 'cj',
  ingresses: 'ing',
  networkpolicies: 'netpol',
  poddisruptionbudgets: 'pdb',
  storageclasses: 'sc',
  customresourcedefinitions: 'crd',
};

/** The types every server serves from the start; others come by CustomResourceDefinition or `server.defineResource()`. */
export const BUILTIN_TYPES: readonly ResourceType[] = [
  ...types('', 'v1', true, {
    Pod: 'pods',
    ConfigMap: 'configmaps',
    Secret: 'secrets',
    ServiceAccount: 'serviceaccounts',
    Service: 'services',
    Endpoints: 'endpoints',
    Event: 'events',
    PersistentVolumeClaim: 'persistentvolumeclaims',
    ReplicationController: 'replicationcontrollers',
    ResourceQuota: 'resourcequotas',
    LimitRange: 'limitranges',
  }),
  ...types('', 'v1', false, { Namespace: 'namespaces', Node: 'nodes', PersistentVolume: 'persistentvolumes' }),
  ...types('apps', 'v1', true, {
    Deployment: 'deployments',
    ReplicaSet: 'replicasets',
    StatefulSet: 'statefulsets',
    DaemonSet: 'daemonsets',
  }),
  ...types('batch', 'v1', true, { Job: 'jobs', CronJob: 'cronjobs' }),
  ...types('coordination.k8s.io', 'v1', true, { Lease: 'leases' }),
  ...types('discovery.k8s.io', 'v1', true, { EndpointSlice: 'endpointslices' }),
  ...types('events.k8s.io', 'v1', true, { Event: 'events' }),
  ...types('networking.k8s.io', 'v1', true, { Ingress: 'ingresses', NetworkPolicy: 'networkpolicies' }),
  ...types('policy', 'v1', true, { PodDisruptionBudget: 'poddisruptionbudgets' }),
  ...types('rbac.authorization.k8s.io', 'v1', true, { Role: 'roles', RoleBinding: 'rolebindings' }),
  ...types('rbac.authorization.k8s.io', 'v1', false, {
    ClusterRole: 'clusterroles',
    ClusterRoleBinding: 'clusterrolebindings',
  }),
  ...types('storage.k8s.io', 'v1', false, { StorageClass: 'storageclasses' }),
  ...types('apiextensions.k8s.io', 'v1', false, { CustomResourceDefinition: 'customresourcedefinitions' }),
];

function types(group: string, version: string, namespaced: boolean, kinds: Record<string, string>): ResourceType[] {
  return Object.entries(kinds).map(([kind, plural]) => {
    const short = SHORT_NAMES[plural];
    return { group, version, kind, plural, namespaced, ...(short !== undefined && { shortNames: [short] }) };
  });
}
