import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keepFresh } from '@kubefresh/fluent-client';
import { K8s, kind, WatchEvent } from 'kubernetes-fluent-client';
import { type Driver, type Operations, STOCK_LACKS, type World } from '../driver.ts';
import { placeOf } from './place.ts';

const CLIENT = 'kubernetes-fluent-client 3.11.11';
const PATHS = ['call', 'list', 'create', 'watch', 'log'] as const;
const LACKS: Driver['lacks'] = {
  exec: 'it has no exec',
  getAs: 'it sets the header of the user that its kubeconfig names',
  followLog: 'it reads a log, and follows none',
  callUntil: 'its calls cannot be aborted',
  replace: 'it has no call that replaces an object',
  upload: 'it makes its bodies itself, as text',
  http2: 'it speaks HTTP/1.1 alone',
};
const PATIENT = { resyncDelaySec: 1, lastSeenLimitSeconds: 3600, relistIntervalSec: 3600 };
const ONE_FOR_ALL = 'its settings are those of the process: it is one client for one cluster';
const pods = () => K8s(kind.Pod).InNamespace('default');

/** kubernetes-fluent-client with `keepFresh()`: it gets no configuration of its own, so that every part is ours. */
export const fluentClient: Driver = {
  id: 'fluent-client',
  client: CLIENT,
  flavour: 'kubefresh',
  paths: PATHS,
  lacks: { ...LACKS, closing: 'restore() gives the client back as it was: it goes on without us' },
  except: { P2: ONE_FOR_ALL, P6: ONE_FOR_ALL },
  connect: (world) => {
    const restoreEnvironment = setEnvironment({ KUBECONFIG: undefined, HOME: world.volume.root });
    const { source, origins } = placeOf(world);
    const handle = keepFresh({ source, origins, from: import.meta.url });
    return {
      ...operations,
      [Symbol.asyncDispose]: async () => {
        // At once: what waits for a token is not to be waited for.
        await Promise.all([handle.restore(), source.close()]);
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
  lacks: { ...LACKS, ...STOCK_LACKS },
  except: { P2: ONE_FOR_ALL, P6: ONE_FOR_ALL },
  connect: (world) => {
    const restoreEnvironment = setEnvironment({ KUBECONFIG: writeKubeconfig(world) });
    return { ...operations, [Symbol.asyncDispose]: async () => restoreEnvironment() };
  },
};

const operations: Pick<Operations, (typeof PATHS)[number] | 'patch' | 'proxy'> = {
  call: async (pod) => (await pods().Get(pod)).metadata?.name ?? '',
  list: async () => (await pods().Get()).items.map(({ metadata }) => metadata?.name ?? ''),
  create: async (pod, note = '') => {
    const metadata = { name: pod, namespace: 'default', annotations: { note } };
    await K8s(kind.Pod).Create({ metadata, spec: { containers: [] } });
  },
  patch: async (pod, note) => {
    await K8s(kind.Pod, { namespace: 'default', name: pod }).Patch([
      { op: 'add', path: '/metadata/annotations', value: { note } },
    ]);
  },
  // Left alone it opens a watch anew that was quiet for 10 minutes: S15 asks whether anything else does so before.
  // It sends no timeoutSeconds, whatever one says; it looks once a resyncDelaySec whether to open the stream again.
  watch: async (onPod) => {
    const watch = pods().Watch(({ metadata }) => onPod(metadata?.name ?? ''), PATIENT);
    const ended = new Promise<unknown>((resolve) => watch.events.on(WatchEvent.GIVE_UP, resolve));
    await watch.start();
    return { ended, stop: () => watch.close() };
  },
  log: async (pod) => (await pods().Logs(pod)).map((line) => line.replace(`[pod/${pod}] `, '')).join('\n'),
  proxy: (pod) => pods().Proxy(pod),
};

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
