import { type CredentialSource, InvalidOptionError, inCluster } from '@kubefresh/core';
import { createDispatcher } from '@kubefresh/core/undici';
import { createBackend, type FreshBackend } from './backend.ts';
import { type ClientName, findClient } from './client.ts';
import type { ClientParts } from './client-parts.ts';

/** Options of `keepFresh`; a `Cluster` of `inCluster()` is a complete set. */
export interface KubernetesClientOptions {
  /**
   * The credential. Default: the pod's own, of `inCluster()`. For a mount elsewhere:
   * `volumeSource({ directory: '/var/run/secrets/tokens' })`. A source given here is not closed with the backend.
   */
  source?: CredentialSource;
  /** The API server, with a path prefix where it has one. Default: `inCluster().origin`. */
  origin?: string;
  /** Who may see the token beside `origin`. Default: nobody. */
  origins?: readonly string[];
  /**
   * How long a request waits for the first token, ms. Default 10,000: a volume is mounted before the container starts, but a
   * sidecar or CSI driver may write it a few seconds later.
   */
  startupWait?: number;
  /** Which client's backend to extend. Default: the first of the two that is found. */
  client?: ClientName;
  /** The file (path or URL) from which the client is found. Default: this package, whose peer it is. */
  from?: string | URL;
}

/** Stands for the pod's own credential, of which each `inCluster()` makes a new source. */
const OWN = {};
/** By the client's backend class, then by source. */
const backends = new WeakMap<object, WeakMap<object, FreshBackend>>();

/**
 * A backend for kubernetes-client 9 (godaddy) and `@cloudnativetoolkit/kubernetes-client` 9 that has the token and the CA
 * of now on each request, stream and exec, sends once more after a 401 (a watch or log is opened again), and shares
 * connections: `new Client({ backend: keepFresh(), version: '1.13' })`.
 *
 * A second call for the same source answers the same backend, whatever its other options, until that is closed.
 *
 * @throws KubefreshError `ERR_KUBEFRESH_UNSUPPORTED_CLIENT` without a client of the range >=9 <10; NotInClusterError outside
 *   a pod when `source` or `origin` is not given; InvalidOptionError.
 */
export function keepFresh(options: KubernetesClientOptions = {}): FreshBackend {
  const client = findClient(options.client, options.from ?? import.meta.url);
  const known = backends.get(client.Backend) ?? new WeakMap<object, FreshBackend>();
  backends.set(client.Backend, known);
  const key = options.source ?? OWN;
  const backend = known.get(key) ?? create(client, options, () => known.delete(key));
  known.set(key, backend);
  return backend;
}

function create(client: ClientParts, options: KubernetesClientOptions, forget: () => void): FreshBackend {
  const { source, server, own } = credentialOf(options);
  const { startupWait } = options;
  // The server always, so that one of plain http is refused here: an exec goes to it by no dispatcher that would.
  const origins = [server, ...(options.origins ?? [])];
  const dispatcher = createDispatcher({ source, origins, ...(startupWait === undefined ? {} : { startupWait }) });
  const end = async (): Promise<void> => {
    forget();
    await dispatcher.close();
    if (own) await source.close();
  };
  let ending: Promise<void> | undefined;
  const close = (): Promise<void> => {
    ending ??= end();
    return ending;
  };
  return createBackend(client, { source, server, dispatcher, close });
}

function credentialOf({ source, origin }: KubernetesClientOptions): {
  source: CredentialSource;
  server: string;
  own: boolean;
} {
  if (origin !== undefined && !URL.canParse(origin)) {
    throw new InvalidOptionError('origin', `'origin' is ${JSON.stringify(origin)}, which is no URL.`);
  }
  if (source !== undefined && origin !== undefined) return { source, server: origin, own: false };
  const cluster = inCluster();
  if (source === undefined) return { source: cluster.source, server: origin ?? cluster.origin, own: true };
  void cluster.source.close();
  return { source, server: cluster.origin, own: false };
}
