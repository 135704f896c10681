import { type Cluster, startCluster } from '@kubefresh-test/cluster';
import { ACCOUNT, IN_LEEWAY, NAMESPACE, PAST_LEEWAY, type TokenState, type World } from './world.ts';

/** A real API server. */
export interface RealWorld extends World, AsyncDisposable {
  readonly cluster: Cluster;
}

/** Starts a light cluster with the contract's namespace and account in it. */
export async function startRealWorld(): Promise<RealWorld> {
  return realWorldOf(await startCluster({ profile: 'light', signingAlgorithm: 'ES256' }));
}

/** Lays the contract's namespace and account out in a cluster, which ends with the world. */
export async function realWorldOf(cluster: Cluster): Promise<RealWorld> {
  await cluster.admin.request('POST', '/api/v1/namespaces', { metadata: { name: NAMESPACE } });
  const account = await cluster.accounts.create(NAMESPACE, ACCOUNT, [
    { apiGroups: [''], resources: ['pods', 'pods/exec', 'pods/log', 'configmaps'], verbs: ['*'] },
  ]);
  const { mint } = cluster;
  const tokens: Record<TokenState, () => string> = {
    good: () => mint.token({ account }),
    garbage: () => 'garbage',
    expired: () => mint.token({ account, issued: -3600, notBefore: -3600, expires: -PAST_LEEWAY }),
    'not yet valid': () => mint.token({ account, issued: PAST_LEEWAY, notBefore: PAST_LEEWAY, expires: 3600 }),
    'within the leeway': () => mint.token({ account, issued: -3600, notBefore: -3600, expires: -IN_LEEWAY }),
    'other audience': () => mint.token({ account, audiences: ['vault'] }),
    'other issuer': () => mint.token({ account, claims: { iss: 'https://elsewhere.example' } }),
    'other account uid': () => mint.token({ account: { ...account, uid: '00000000-0000-0000-0000-000000000000' } }),
    'absent pod': () => mint.token({ account, pod: { name: 'absent', uid: '00000000-0000-0000-0000-000000000001' } }),
    'legacy without its secret': () => mint.legacy(account, 'absent'),
  };
  const { cert, key } = cluster.admin.connectOptions();
  return {
    name: 'real',
    cluster,
    origin: cluster.server,
    ca: cluster.certificateAuthority,
    admin: { cert: String(cert), key: String(key) },
    account,
    token: async (state) => tokens[state](),
    [Symbol.asyncDispose]: () => cluster.stop(),
  };
}
