import { type CredentialSource, fallbackSource, inCluster, volumeSource } from '@kubefresh/core';
import { tokenRequestSource } from '@kubefresh/core/token-request';
import type { World } from '../driver.ts';

/** Where the API server is, and what to present to it, for clients that are given both. */
export interface Place {
  readonly source: CredentialSource;
  readonly origin: string;
  readonly origins: readonly string[];
}

/** Finds both as a pod does, or by the files of a kubeconfig. */
export function placeOf({ kind, env, volume, server, fallback }: World): Place {
  if (kind === 'in-cluster') {
    const cluster = inCluster({ env, root: volume.root });
    return fallback ? { ...cluster, source: healing(cluster) } : cluster;
  }
  const { tokenFile, caFile } = volume;
  const source = volumeSource({ tokenFile, caFile, format: 'any' });
  return { source, origin: server.origin, origins: [server.origin] };
}

function healing({ source, origin }: Place): CredentialSource {
  return fallbackSource(source, (self) =>
    tokenRequestSource({ source: self, origin, namespace: 'default', serviceAccount: 'default' }),
  );
}
