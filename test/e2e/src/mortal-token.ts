import type { Cluster, KubernetesObject, ServiceAccount } from '@kubefresh-test/cluster';

/** A token of the API's own that can be made to die while its life is not over. */
export interface MortalToken {
  readonly text: string;
  /** From 10 s after its last new use at most, the server answers it with 401 (its cache of successes lasts that long). */
  end(): Promise<void>;
}

/**
 * Asks for a token that is bound to a Secret of its own, and so dies with that. Expiry is no use here: the server's leeway of
 * a minute is as long as the pause between two reads of the stock client, which would never notice.
 */
export async function mortalToken(cluster: Cluster, account: ServiceAccount): Promise<MortalToken> {
  const secrets = `/api/v1/namespaces/${account.namespace}/secrets`;
  const { metadata } = await cluster.admin.request<KubernetesObject>('POST', secrets, {
    metadata: { generateName: 'mortal-' },
  });
  const { name, uid } = metadata;
  const { token } = await cluster.accounts.createToken(account, { boundObjectRef: { kind: 'Secret', name, uid } });
  return {
    text: token,
    end: async () => {
      await cluster.admin.request('DELETE', `${secrets}/${name}`);
    },
  };
}
