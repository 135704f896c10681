import { writeFileSync } from 'node:fs';
import type { TestApiServer } from '../server/test-api-server.ts';
import type { ProjectedVolume } from '../volume/projected-volume.ts';

/**
 * Writes a kubeconfig whose user has the volume's token file and whose cluster has its CA file, so that a client that
 * re-reads files sees what the kubelet writes. JSON, which every YAML reader takes.
 */
export function writeKubeconfig(path: string, { server, volume, namespace = 'default' }: KubeconfigParts): void {
  const name = 'kubefresh-testing';
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server: server.origin, 'certificate-authority': volume.caFile } }],
    users: [{ name, user: { tokenFile: volume.tokenFile } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace } }],
  };
  writeFileSync(path, `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600 });
}

/** What a kubeconfig is made of. */
export interface KubeconfigParts {
  /** The server that the cluster entry names. */
  readonly server: TestApiServer;
  /** The volume whose token and CA files it names. */
  readonly volume: ProjectedVolume;
  /** Default `default`. */
  readonly namespace?: string;
}
