import { join } from 'node:path';
import { NotInClusterError } from './errors.ts';
import type { CredentialSource } from './source/types.ts';
import { volumeSource } from './source/volume-source.ts';
import { DEFAULT_DIRECTORY } from './volume/layout.ts';

/** The API server of the cluster a program runs in, and the credential for it. */
export interface Cluster {
  /** Where the API server is, e.g. `https://10.96.0.1:443` (a default port is left out, as in `URL.origin`). */
  readonly origin: string;
  /** All the names it answers to inside the cluster: where its token may be sent. */
  readonly origins: readonly string[];
  /** The pod's own credential, read and watched in the service account volume. It need not be closed to end the process. */
  readonly source: CredentialSource;
  /** The pod's own namespace; undefined while the volume has none. */
  readonly namespace: string | undefined;
}

/** Options of `inCluster`. */
export interface InClusterOptions {
  /** Where KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT and KUBEFRESH_ROOT are read. Default `process.env`. */
  env?: Readonly<Record<string, string | undefined>>;
  /**
   * Put before the volume's path, for tests and for programs beside the pod's files instead of in it (unpacked images,
   * Telepresence). Default KUBEFRESH_ROOT of `env`, else `'/'`.
   */
  root?: string;
}

/** The API server's names in the cluster's DNS (kubernetes.io/docs "Accessing the API from within a Pod"). */
const SERVICE_NAMES = [
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
];

/**
 * Where am I: the API server's address from the environment, the credential from the service account volume.
 *
 * Synchronous, the first read included, so it can stand where `loadFromCluster()` stood. A volume that is not there yet is
 * no error here: `source.current()` throws until it is, `source.ready()` waits.
 *
 * @throws NotInClusterError when the environment has no API server, or one that is no address.
 */
export function inCluster({ env = process.env, root }: InClusterOptions = {}): Cluster {
  const directory = join(root || env['KUBEFRESH_ROOT'] || '/', DEFAULT_DIRECTORY);
  const host = env['KUBERNETES_SERVICE_HOST'];
  const port = env['KUBERNETES_SERVICE_PORT'];
  if (!host || !port) {
    throw new NotInClusterError(
      `This is no pod: KUBERNETES_SERVICE_HOST is ${quote(host)} and KUBERNETES_SERVICE_PORT is ${quote(port)} (the kubelet sets ` +
        `both, and mounts ${directory}). Outside a pod use a kubeconfig, with @kubefresh/client-node, or volumeSource().`,
    );
  }
  const origin = originOf(host, port);
  const source = volumeSource({ directory });
  return {
    origin,
    origins: [...new Set([origin, ...SERVICE_NAMES.map((name) => originOf(name, port))])],
    source,
    get namespace() {
      try {
        return source.current().namespace;
      } catch {
        return undefined;
      }
    },
  };
}

function originOf(host: string, port: string): string {
  const authority = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  const url = /^\d{1,5}$/u.test(port) ? URL.parse(`https://${authority}:${port}`) : null;
  if (url === null || url.pathname !== '/' || url.username !== '' || url.search !== '' || url.hash !== '') {
    throw new NotInClusterError(
      `KUBERNETES_SERVICE_HOST ${quote(host)} and KUBERNETES_SERVICE_PORT ${quote(port)} make no address of an API server.`,
    );
  }
  return url.origin;
}

function quote(value: string | undefined): string {
  return value === undefined ? 'not set' : JSON.stringify(value);
}
