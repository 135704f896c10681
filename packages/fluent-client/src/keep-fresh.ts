import { type CredentialSource, InvalidOptionError, inCluster } from '@kubefresh/core';
import { createDispatcher } from '@kubefresh/core/undici';
import { CertificateUsers } from './certificate-users.ts';
import { type ClientParts, findClient } from './client.ts';
import { replaceMethod } from './replace-method.ts';
import { Route } from './route.ts';
import { loadFromDefault } from './server.ts';

/** Options of `keepFresh`. */
export interface FluentClientOptions {
  /**
   * The credential. Default: the pod's own, of `inCluster()`. For a mount elsewhere:
   * `volumeSource({ directory: '/var/run/secrets/tokens' })`. A source given here is not closed by `restore()`.
   */
  source?: CredentialSource;
  /**
   * Where the API server is: the client's requests to these origins go by the shared connections. The first is also the
   * server for a client that finds neither a kubeconfig nor the usual mount. Default: `inCluster().origins`.
   */
  origins?: readonly string[];
  /**
   * How long a request waits for the first token, ms. Default 10,000: a volume is mounted before the container starts, but a
   * sidecar or CSI driver may write it a few seconds later.
   */
  startupWait?: number;
  /**
   * The file (path or URL) from which kubernetes-fluent-client is found, where it is only a dependency of a dependency:
   * `import.meta.resolve('pepr')`. Default: this package, whose peer it is.
   */
  from?: string | URL;
}

/** The client kept fresh, until it is restored. */
export interface FluentClientHandle extends AsyncDisposable {
  /** What the requests are authenticated with: its events and `status()` serve readiness probes. */
  readonly source: CredentialSource;
  /**
   * Gives the client back as it was, at once. What is under way, open watches too, goes on by the shared connections; it
   * resolves when the last has ended and they are closed. Idempotent.
   */
  restore(): Promise<void>;
}

/** By the class that was changed: two copies of the client are two clients. */
const handles = new WeakMap<ClientParts['Agent'], FluentClientHandle>();

/**
 * Makes kubernetes-fluent-client share connections, follow the token and CA on disk, and send a request (list and watch
 * included) once more when it was refused with 401. All uses of `K8s(…)` in this program are served, `Watch` included.
 *
 * What is not for the API server of this credential (another cluster of a kubeconfig), carries another account's token, is a
 * user with a client certificate, or is not the client's, is left as it was. A second call answers the same handle, whatever its options, until it is restored.
 *
 * @throws KubefreshError `ERR_KUBEFRESH_UNSUPPORTED_CLIENT` without a kubernetes-fluent-client >=3.3 <4;
 *   NotInClusterError outside a pod when `origins` or `source` is not given; InvalidOptionError.
 */
export function keepFresh(options: FluentClientOptions = {}): FluentClientHandle {
  const client = findClient(options.from ?? import.meta.url);
  const handle = handles.get(client.Agent) ?? apply(client, options);
  handles.set(client.Agent, handle);
  return handle;
}

function apply({ Agent, KubeConfig }: ClientParts, options: FluentClientOptions): FluentClientHandle {
  const { source, origins, own } = credentialOf(options);
  const { startupWait } = options;
  const dispatcher = createDispatcher({ source, origins, ...(startupWait === undefined ? {} : { startupWait }) });
  const certificateUsers = new CertificateUsers();
  const route = new Route(source, origins, (origin) => certificateUsers.at(origin));
  const undo = [
    replaceMethod(Agent.prototype, 'dispatch', (original) => route.by(dispatcher, original)),
    replaceMethod(KubeConfig.prototype, 'loadFromDefault', (original) => loadFromDefault(original, origins[0])),
    replaceMethod(KubeConfig.prototype, 'applyToFetchOptions', (original) => certificateUsers.by(original)),
  ];

  const close = async (): Promise<void> => {
    for (const each of undo) each();
    handles.delete(Agent);
    await dispatcher.close();
    if (own) await source.close();
  };
  let closing: Promise<void> | undefined;
  const restore = (): Promise<void> => {
    closing ??= close();
    return closing;
  };
  return { source, restore, [Symbol.asyncDispose]: restore };
}

function credentialOf(options: FluentClientOptions): {
  source: CredentialSource;
  origins: readonly [string, ...string[]];
  own: boolean;
} {
  const { source } = options;
  const origins = options.origins === undefined ? undefined : normalised(options.origins);
  if (source !== undefined && origins !== undefined) return { source, origins, own: false };
  const cluster = inCluster();
  if (source === undefined)
    return { source: cluster.source, origins: origins ?? normalised(cluster.origins), own: true };
  void cluster.source.close();
  return { source, origins: normalised(cluster.origins), own: false };
}

function normalised(origins: readonly string[]): readonly [string, ...string[]] {
  const [first, ...others] = origins.map((entry) => {
    const url = URL.parse(entry);
    if (url === null)
      throw new InvalidOptionError('origins', `'origins' holds ${JSON.stringify(entry)}, which is no URL.`);
    return url.origin;
  });
  if (first === undefined) throw new InvalidOptionError('origins', "'origins' must name the API server.");
  return [first, ...others];
}
