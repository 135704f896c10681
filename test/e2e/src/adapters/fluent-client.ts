import { equal, ok } from 'node:assert/strict';
import { volumeSource } from '@kubefresh/core';
import { keepFresh } from '@kubefresh/fluent-client';
import { K8s, kind, WatchEvent } from 'kubernetes-fluent-client';
import type { Adapter } from './adapter.ts';

/** kubernetes-fluent-client; it finds no configuration of its own, so that all is the adapter's. */
export const fluentClient: Adapter = {
  name: 'fluent-client 3.11.11',
  connect: ({ cluster, pod: { name, namespace, uid, volume } }) => {
    const source = volumeSource({ directory: volume.path });
    const handle = keepFresh({ source, origins: [cluster.server], from: import.meta.url });
    const pods = () => K8s(kind.Pod).InNamespace(namespace);
    return {
      paths: {
        call: async () => equal((await pods().Get(name)).metadata?.uid, uid),
        list: async () => equal((await pods().Get()).items.length, 1),
        create: async () => {
          const made = await K8s(kind.ConfigMap).Create({ metadata: { generateName: 'made-', namespace } });
          ok(made.metadata?.uid);
        },
        watch: async () => {
          let close = () => {};
          await new Promise<void>((resolve, reject) => {
            const watch = pods().Watch(() => resolve());
            close = () => watch.close();
            watch.events.on(WatchEvent.GIVE_UP, reject);
            watch.start().catch(reject);
          });
          close();
        },
        log: async () => ok((await pods().Logs(name)).join('\n').includes('"port"')),
      },
      follow: async (onName, onFailure) => {
        const watch = K8s(kind.ConfigMap)
          .InNamespace(namespace)
          // It looks once in so many seconds whether to open the stream again.
          .Watch(({ metadata }) => onName(metadata?.name ?? ''), { resyncDelaySec: 1 });
        watch.events.on(WatchEvent.GIVE_UP, onFailure);
        await watch.start();
        return () => watch.close();
      },
      [Symbol.asyncDispose]: async () => {
        await handle.restore();
        await source.close();
      },
    };
  },
};
