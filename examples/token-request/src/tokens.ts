import { type Cluster, type CredentialSource, fallbackSource } from '@kubefresh/core';
import { tokenRequestSource } from '@kubefresh/core/token-request';
import { type ApiConnection, verifyToken } from '@kubefresh/core/verify';

/** The pod's own token; from the TokenRequest API where the volume is no longer renewed (a subPath mount, for instance). */
export function healing(cluster: Cluster): CredentialSource {
  return fallbackSource(cluster.source, (self) =>
    tokenRequestSource({ cluster: { ...cluster, source: self }, boundTo: 'self' }),
  );
}

/** A token of the pod's own account for another service; it ends with the pod. */
export function tokenFor(cluster: Cluster, audience: string): CredentialSource {
  return tokenRequestSource({ cluster, audiences: [audience], expirationSeconds: 600, boundTo: 'self' });
}

/** What the other service does with an Authorization header: whose token is it, and is it meant for me? */
export async function receive(authorization: string, api: ApiConnection, audience: string): Promise<string> {
  const presented = authorization.replace(/^Bearer /, '');
  const { serviceAccount, claims } = await verifyToken(presented, { api, audiences: [audience] });
  return `${serviceAccount.namespace}/${serviceAccount.name} in pod ${claims.pod?.name}`;
}
