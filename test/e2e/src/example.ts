import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type NodeCluster, type Pod, until } from '@kubefresh-test/cluster';
import { parseAllDocuments } from 'yaml';
import { readDockerfile } from './dockerfile.ts';

/** Where the examples are. */
export const EXAMPLES = join(import.meta.dirname, '../../../examples');
/** Where its objects are made: the group's path and the plural, by kind. */
const PATHS: Readonly<Record<string, string>> = {
  ServiceAccount: 'api/v1/namespaces/default/serviceaccounts',
  Role: 'apis/rbac.authorization.k8s.io/v1/namespaces/default/roles',
  RoleBinding: 'apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings',
  Deployment: 'apis/apps/v1/namespaces/default/deployments',
};

/** What may differ from the manifest. */
export interface ExampleOptions {
  /** Between two requests, ms. */
  readonly intervalMs: number;
  /** Life of the pod's token, s, at least 600. Default: the manifest's hour. */
  readonly tokenSeconds?: number;
}

/** The parts of a manifest's object that are changed here. */
interface ManifestObject {
  readonly kind: string;
  readonly spec?: {
    readonly template?: {
      readonly spec: {
        readonly containers: { env?: object[] }[];
        readonly volumes: { readonly projected?: { readonly sources: ManifestSource[] } }[];
      };
    };
  };
}

interface ManifestSource {
  readonly serviceAccountToken?: { expirationSeconds: number };
}

/** The image of an example, as its manifest names it. */
export const imageOf = (name: string): string => `kubefresh.example/${name}:1`;

/** Who its requests come from, in the audit log. */
export const userOf = (name: string): string => `system:serviceaccount:default:kubefresh-${name}`;

/** Builds the example's image out of the workspace, with what its Dockerfile puts in, to be started as that says. */
export async function buildExample(cluster: NodeCluster, name: string): Promise<void> {
  const directory = join(EXAMPLES, name);
  await cluster.buildPackageImage(imageOf(name), directory, readDockerfile(directory).config);
}

/** Applies the example's manifest as it is, but for how often it sends and, if asked, how long its token lives. */
export async function deployExample(cluster: NodeCluster, name: string, options: ExampleOptions): Promise<Pod> {
  const documents = parseAllDocuments(readFileSync(join(EXAMPLES, name, 'manifest.yaml'), 'utf8'));
  for (const document of documents) {
    const object = document.toJS() as ManifestObject;
    const path = PATHS[object.kind];
    if (path === undefined)
      throw new Error(`examples/${name}/manifest.yaml has a ${object.kind}, which nobody expects.`);
    adapt(object, options);
    await cluster.admin.request('POST', `/${path}`, object);
  }
  const [pod] = await until(
    `the Deployment of ${name} to have a pod`,
    async () => {
      const pods = await cluster.pods.list('default', `app=kubefresh-${name}`);
      return pods.length === 1 && pods;
    },
    { timeoutMs: 30_000 },
  );
  if (pod === undefined) throw new Error('unreachable: the list had one pod');
  await pod.running();
  return pod;
}

function adapt({ spec }: ManifestObject, { intervalMs, tokenSeconds }: ExampleOptions): void {
  const { containers = [], volumes = [] } = spec?.template?.spec ?? {};
  for (const container of containers) {
    container.env = [...(container.env ?? []), { name: 'INTERVAL_MS', value: String(intervalMs) }];
  }
  if (tokenSeconds === undefined) return;
  for (const { serviceAccountToken } of volumes.flatMap(({ projected }) => projected?.sources ?? [])) {
    if (serviceAccountToken !== undefined) serviceAccountToken.expirationSeconds = tokenSeconds;
  }
}
