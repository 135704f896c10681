import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inCluster, volumeSource } from '@kubefresh/core';
import { keepFresh } from '@kubefresh/fluent-client';
import { K8s, kind, WatchEvent } from 'kubernetes-fluent-client';
import type { Driver, Operations, World } from '../driver.ts';

const CLIENT = 'kubernetes-fluent-client 3.11.11';
const PATHS = ['call', 'list', 'create', 'watch', 'log'] as const;
const pods = () => K8s(kind.Pod).InNamespace('default');

/** kubernetes-fluent-client with `keepFresh()`: it gets no configuration of its own, so that every part is ours. */
export const fluentClient: Driver = {
  id: 'fluent-client',
  client: CLIENT,
  flavour: 'kubefresh',
  paths: PATHS,
  connect: (world) => {
    const restoreEnvironment = setEnvironment({ KUBECONFIG: undefined, HOME: world.volume.root });
    const { source, origins } = credentialOf(world);
    const handle = keepFresh({ source, origins, from: import.meta.url });
    return {
      ...operations,
      [Symbol.asyncDispose]: async () => {
        await handle.restore();
        await source.close();
        restoreEnvironment();
      },
    };
  },
};

/** The client as it comes, with a kubeconfig that says what its `loadFromCluster` would: the mount's path is fixed there. */
export const stockFluentClient: Driver = {
  id: 'stock-fluent-client',
  client: CLIENT,
  flavour: 'stock',
  paths: PATHS,
  connect: (world) => {
    const restoreEnvironment = setEnvironment({ KUBECONFIG: writeKubeconfig(world) });
    return { ...operations, [Symbol.asyncDispose]: async () => restoreEnvironment() };
  },
};

const operations: Pick<Operations, (typeof PATHS)[number] | 'proxy'> = {
  call: async (pod) => (await pods().Get(pod)).metadata?.name ?? '',
  list: async () => (await pods().Get()).items.map(({ metadata }) => metadata?.name ?? ''),
  create: async (pod) => {
    await K8s(kind.Pod).Create({ metadata: { name: pod, namespace: 'default' }, spec: { containers: [] } });
  },
  // It sends no timeoutSeconds, whatever one says; it looks once a resyncDelaySec whether to open the stream again.
  watch: async (onPod) => {
    const watch = pods().Watch(({ metadata }) => onPod(metadata?.name ?? ''), { resyncDelaySec: 1 });
    const ended = new Promise<unknown>((resolve) => watch.events.on(WatchEvent.GIVE_UP, resolve));
    await watch.start();
    return { ended, stop: () => watch.close() };
  },
  log: async (pod) => (await pods().Logs(pod)).map((line) => line.replace(`[pod/${pod}] `, '')).join('\n'),
  proxy: (pod) => pods().Proxy(pod),
};

function credentialOf({ kind: place, env, volume, server }: World) {
  if (place === 'in-cluster') return inCluster({ env, root: volume.root });
  const { tokenFile, caFile } = volume;
  return { source: volumeSource({ tokenFile, caFile, format: 'any' }), origins: [server.origin] };
}

function writeKubeconfig({ server, volume }: World): string {
  const { tokenFile, caFile, root } = volume;
  const path = join(root, 'kubeconfig');
  const config = {
    clusters: [{ name: 'in-cluster', cluster: { server: server.origin, 'certificate-authority': caFile } }],
    users: [{ name: 'in-cluster', user: { 'auth-provider': { name: 'tokenFile', config: { tokenFile } } } }],
    contexts: [{ name: 'in-cluster', context: { cluster: 'in-cluster', user: 'in-cluster' } }],
    'current-context': 'in-cluster',
  };
  // JSON is YAML.
  writeFileSync(path, JSON.stringify(config));
  return path;
}

/** The client reads its environment anew for each call. */
function setEnvironment(values: Readonly<Record<string, string | undefined>>): () => void {
  const before = Object.fromEntries(Object.keys(values).map((name) => [name, process.env[name]]));
  const set = (all: Readonly<Record<string, string | undefined>>) => {
    for (const [name, value] of Object.entries(all)) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  };
  set(values);
  return () => set(before);
}
