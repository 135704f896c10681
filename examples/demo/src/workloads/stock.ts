import { CoreV1Api, KubeConfig, Observable, type ObservableMiddleware, Watch } from '@kubernetes/client-node';
import { CALL_PARAMETER, PODS_PATH, WATCH_SECONDS } from '../call.ts';
import type { Client, Workload } from './workload.ts';

/** The official client as it is released: loadFromCluster, list and Watch. Nothing about it is changed. */
export const stock: Workload = {
  name: 'stock',
  about: '@kubernetes/client-node 2.0.1 as released',
  start(pod) {
    const config = new KubeConfig();
    // The address comes from process.env, which the demo has set as the kubelet would.
    config.loadFromCluster(pod.root);
    return stockClient(config);
  },
};

function stockClient(config: KubeConfig): Client {
  const api = config.makeApiClient(CoreV1Api);
  const watch = new Watch(config);
  return {
    async list(call) {
      await api.listNamespacedPod(
        { namespace: 'default' },
        { middleware: [marking(call)], middlewareMergeStrategy: 'append' },
      );
    },
    watch: (call, signal) =>
      new Promise((resolve, reject) => {
        const query = { timeoutSeconds: WATCH_SECONDS, [CALL_PARAMETER]: call };
        const done = (error: unknown) => (error ? reject(error) : resolve());
        watch
          .watch(PODS_PATH, query, () => undefined, done)
          .then((controller) => {
            signal.addEventListener('abort', () => controller.abort(), { once: true });
          }, reject);
      }),
    // It has nothing to close: each request brought an agent of its own.
    async [Symbol.asyncDispose]() {},
  };
}

/** Writes the call's id into the query, which the generated methods have no parameter for. */
function marking(call: string): ObservableMiddleware {
  return {
    pre(request) {
      request.setQueryParam(CALL_PARAMETER, call);
      return new Observable(Promise.resolve(request));
    },
    post: (response) => new Observable(Promise.resolve(response)),
  };
}
