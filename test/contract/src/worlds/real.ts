import { type Cluster, startCluster, until } from '@kubefresh-test/cluster';
import { ACCOUNT, NAMESPACE, READER_RULE, type World } from './world.ts';

/** A real API server. */
export interface RealWorld extends World, AsyncDisposable {
  readonly cluster: Cluster;
}

/** Starts a light cluster with the contract's namespace and account in it. */
export async function startRealWorld(apiServerFlags: Readonly<Record<string, string>> = {}): Promise<RealWorld> {
  return realWorldOf(await startCluster({ profile: 'light', signingAlgorithm: 'ES256', apiServerFlags }));
}

/** Makes the contract's namespace and account in a cluster, which ends with the world. */
export async function realWorldOf(cluster: Cluster): Promise<RealWorld> {
  const { mint } = cluster;
  const { cert, key } = cluster.admin.connectOptions();
  await cluster.admin.request('POST', '/api/v1/namespaces', { metadata: { name: NAMESPACE } });
  const reader = await cluster.accounts.create(NAMESPACE, ACCOUNT, [READER_RULE]);
  return {
    name: 'real',
    cluster,
    origin: cluster.server,
    ca: cluster.certificateAuthority,
    admin: { cert: String(cert), key: String(key) },
    account: reader,
    mint: async ({ account = reader, ...spec } = {}) =>
      mint.token({ ...spec, account: { namespace: NAMESPACE, ...account } }),
    mintLegacy: async (account, secretName) => mint.legacy({ namespace: NAMESPACE, ...account }, secretName),
    mintExtended: async (pod) => mint.extended({ account: reader, pod }),
    forgetThePast: () => forgetThePast(cluster),
    [Symbol.asyncDispose]: () => cluster.stop(),
  };
}

/** Ten times what the API server usually takes to have etcd forget, when told to do so each second, ms. */
const FORGOTTEN_WITHIN = 40_000;

/** Waits until etcd has been compacted (`--etcd-compaction-interval`), and restarts the API server, which has a cache. */
async function forgetThePast(cluster: Cluster): Promise<void> {
  const path = `/api/v1/namespaces/${NAMESPACE}/configmaps`;
  const { metadata } = await cluster.admin.request<{ metadata: { resourceVersion: string } }>('GET', path);
  await cluster.apiServer.restart();
  const query = `?resourceVersion=${metadata.resourceVersion}&resourceVersionMatch=Exact`;
  await until(
    `version ${metadata.resourceVersion} to be forgotten`,
    async () => (await cluster.admin.send('GET', `${path}${query}`)).status === 410,
    { timeoutMs: FORGOTTEN_WITHIN },
  );
}
