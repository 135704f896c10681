import type { KubeConfig } from './client.ts';

/**
 * Where `loadFromDefault` of @kubernetes/client-node ends when there is neither a kubeconfig nor the usual mount. Nothing
 * can be reached by it: the client itself refuses plain http later on.
 */
const FOUND_NOTHING = 'http://localhost:8080';

/** Loads the configuration as before, and names the API server where the client found none. */
export function loadFromDefault(
  original: KubeConfig['loadFromDefault'],
  server: string,
): KubeConfig['loadFromDefault'] {
  return function (this: KubeConfig, ...args) {
    original.apply(this, args);
    if (this.getCurrentCluster()?.server !== FOUND_NOTHING) return;
    // No token and no CA: the requests go by our dispatcher, which has both.
    this.loadFromClusterAndUser({ name: 'in-cluster', server }, { name: 'in-cluster' });
  };
}
