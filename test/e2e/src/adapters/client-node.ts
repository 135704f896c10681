import { equal, ok } from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { keepFresh } from '@kubefresh/client-node';
import type * as Library from 'client-node-2';
import type { Adapter, Connection } from './adapter.ts';
import { sockets } from './client-node-sockets.ts';
import type { Stage } from './stage.ts';

/** The official client, in one of its majors; `stock`: without `keepFresh`. */
export function clientNode(library: unknown, version: string, flavour: 'kubefresh' | 'stock'): Adapter {
  // The majors' types differ in what is not used here.
  const official = library as typeof Library;
  const cannot = flavour === 'stock' ? { ...UNCAUGHT, ...gzip(version) } : gzip(version);
  return {
    name: `${flavour === 'stock' ? 'stock ' : ''}client-node ${version}`,
    cannot,
    connect: (stage) => {
      const config = new official.KubeConfig();
      const handle = flavour === 'kubefresh' ? keepFresh(config) : undefined;
      config.loadFromCluster(stage.root);
      const all = { ...requests(official, config, stage), ...sockets(official, config, stage) };
      return {
        paths: Object.fromEntries(Object.entries(all).filter(([path]) => !(path in cannot))),
        follow: (...listeners) => follow(official, config, stage, ...listeners),
        [Symbol.asyncDispose]: async () => handle?.close(),
      };
    },
  };
}

/** What a stock client must not be sent through here: its failure would end the process. */
const UNCAUGHT = Object.fromEntries(
  ['cp to a pod', 'cp from a pod'].map((path) => [path, 'it leaves a rejection unhandled when it fails']),
);

function gzip(version: string): Record<string, string> {
  return version.startsWith('1.')
    ? { 'cp from a pod': 'it asks tar for gzip and does not unpack it; mended in 2.0' }
    : {};
}

function requests(official: typeof Library, config: Library.KubeConfig, { pod }: Stage) {
  const { name, namespace } = pod;
  const core = config.makeApiClient(official.CoreV1Api);
  const metrics = new official.Metrics(config);
  const path = `/api/v1/namespaces/${namespace}/pods`;
  return {
    call: async () => equal((await core.readNamespacedPod({ name, namespace })).metadata?.name, name),
    list: async () => equal((await core.listNamespacedPod({ namespace })).items.length, 1),
    create: async () => {
      const body = { metadata: { generateName: 'made-' } };
      ok((await core.createNamespacedConfigMap({ namespace, body })).metadata?.uid);
    },
    'object API': async () => {
      const objects = official.KubernetesObjectApi.makeApiClient(config);
      const read = await objects.read({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace } });
      equal(read.metadata?.uid, pod.uid);
    },
    watch: async () => {
      let controller: AbortController | undefined;
      await new Promise<void>((resolve, reject) => {
        const onEvent = (_: string, seen: Library.V1Pod) => seen.metadata?.name === name && resolve();
        const opened = new official.Watch(config).watch(path, {}, onEvent, reject);
        opened.then((opener) => {
          controller = opener;
        }, reject);
      });
      controller?.abort();
    },
    informer: async () => {
      const informer = official.makeInformer(config, path, () => core.listNamespacedPod({ namespace }));
      const added = new Promise<void>((resolve, reject) => {
        informer.on('add', () => resolve());
        informer.on('error', reject);
      });
      await informer.start();
      await added;
      await informer.stop();
    },
    log: async () => {
      const output = new PassThrough();
      await new official.Log(config).log(namespace, name, 'main', output);
      ok((await text(output)).includes('"port"'));
    },
    'log, followed': async () => {
      const output = new PassThrough();
      // By itself it would not end, and aborting it is an error that the client passes on to nobody.
      const options = { follow: true, limitBytes: 7 };
      await new official.Log(config).log(namespace, name, 'main', output, options);
      equal(await text(output), '{"port"');
    },
    metrics: async () => equal((await metrics.getNodeMetrics()).items.length, 1),
    top: async () => {
      equal((await official.topNodes(core)).length, 1);
      equal((await official.topPods(core, metrics, namespace)).length, 1);
    },
    health: async () => equal(await new official.Health(config).readyz({}), true),
  };
}

async function follow(
  official: typeof Library,
  config: Library.KubeConfig,
  { pod: { namespace } }: Stage,
  ...[onName, onFailure]: Parameters<Connection['follow']>
): Promise<() => void> {
  const core = config.makeApiClient(official.CoreV1Api);
  const path = `/api/v1/namespaces/${namespace}/configmaps`;
  const informer = official.makeInformer(config, path, () => core.listNamespacedConfigMap({ namespace }));
  informer.on('add', ({ metadata }) => onName(metadata?.name ?? ''));
  informer.on('error', onFailure);
  await informer.start();
  return () => void informer.stop();
}
