import type { KubeletOptions } from '../kubelet/options.ts';
import { startKubelet } from '../kubelet/start.ts';
import type { ApiServerOptions } from '../server/options.ts';
import { startApiServer } from '../server/start.ts';
import type { TestApiServer } from '../server/test-api-server.ts';
import { createProjectedVolume } from '../volume/create.ts';
import type { VolumeOptions } from '../volume/options.ts';
import { TestCluster } from './test-cluster.ts';

/** How `startCluster` starts: the options of its parts. */
export interface ClusterOptions {
  /** Options of `startApiServer`. */
  readonly server?: ApiServerOptions;
  /** Options of `createProjectedVolume`. */
  readonly volume?: VolumeOptions;
  /** Options of `startKubelet`. */
  readonly kubelet?: Omit<KubeletOptions, 'server' | 'volume'>;
}

/**
 * Starts a server, a volume and a kubelet in one call, so that `loadFromCluster()`, `inCluster()` or a kubeconfig of any
 * client finds what it needs. Close it, or hold it with `await using`.
 *
 * @throws {TestingError} as its parts do
 */
export async function startCluster(options: ClusterOptions = {}): Promise<TestCluster> {
  // First what throws at once: a server that nobody closes would hold the process.
  const volume = createProjectedVolume(options.volume);
  let server: TestApiServer | undefined;
  try {
    server = await startApiServer(options.server);
    const kubelet = await startKubelet({ ...options.kubelet, server, volume });
    return new TestCluster({ server, volume, kubelet, namespace: options.kubelet?.namespace ?? 'default' });
  } catch (error) {
    await server?.close();
    volume[Symbol.dispose]();
    throw error;
  }
}
