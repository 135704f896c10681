import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { keepFresh } from '@kubefresh/kubernetes-client';
import { type Driver, type Operations, STOCK_LACKS, type Watching, type World } from '../driver.ts';
import { placeOf } from './place.ts';

interface Pod {
  readonly metadata: { readonly name: string };
}
interface Message {
  readonly channel: string;
  readonly message: string;
}
/** The part of the client's API that is used here; its own types know of no backend. */
interface Endpoint {
  get(options?: object): Promise<{ readonly body: Pod & { readonly items: readonly Pod[] } }>;
  patch(options: object): Promise<unknown>;
  put(options: object): Promise<unknown>;
  post(options: object): Promise<{ readonly messages: readonly Message[] }>;
  getObjectStream(options?: object): Promise<Readable>;
  getByteStream(options?: object): Promise<Readable>;
  readonly log: Endpoint;
  readonly exec: Endpoint;
  readonly attach: Endpoint;
}
interface CoreV1 {
  namespaces(name: string): { readonly pods: Endpoint & ((name: string) => Endpoint) };
  readonly watch: CoreV1;
}
interface KubeConfig {
  loadFromCluster(root: string): void;
  loadFromClusterAndUser(cluster: object, user: object): void;
}
interface Backend {
  http(call: object): unknown;
}

const require = createRequire(import.meta.url);
const { Client, KubeConfig } = require('kubernetes-client') as {
  Client: new (options: object) => { readonly api: { readonly v1: CoreV1 } };
  KubeConfig: new () => KubeConfig;
};
const StockBackend = require('kubernetes-client/backends/request') as new (options: object) => Backend;

const CLIENT = 'kubernetes-client 9.0.0';
const PATHS = ['call', 'list', 'create', 'watch', 'log', 'exec'] as const;
const ONE_FORM = 'its backend takes headers as a plain object';
const LACKS: Driver['lacks'] = {
  callUntil: 'its calls cannot be aborted',
  forward: 'it writes nothing to a WebSocket, and ends with that alone: it has no port-forward that does anything',
  pairs: ONE_FORM,
  Headers: ONE_FORM,
  flat: ONE_FORM,
  upload: 'it makes its bodies itself, as text',
  http2: 'it speaks HTTP/1.1 alone',
};
/** The client makes its API of an OpenAPI document; that of pods is a twentieth of the whole. */
const spec = podsOf(require.resolve('kubernetes-client/lib/specs/swagger-1.13.json.gz'));

/** kubernetes-client on the backend of `keepFresh()`. */
export const kubernetesClient: Driver = {
  id: 'kubernetes-client',
  client: CLIENT,
  flavour: 'kubefresh',
  paths: PATHS,
  lacks: LACKS,
  except: { P8: 'the backend belongs to whoever made it, and so do its connections' },
  connect: (world) => {
    const cluster = placeOf(world);
    const backend = keepFresh({ ...cluster, from: import.meta.url });
    return {
      ...operations(backend),
      [Symbol.asyncDispose]: async () => {
        // At once: what waits for a token is not to be waited for.
        await Promise.all([backend.close(), cluster.source.close()]);
      },
    };
  },
};

/** The client as it comes. */
export const stockKubernetesClient: Driver = {
  id: 'stock-kubernetes-client',
  client: CLIENT,
  flavour: 'stock',
  paths: PATHS,
  lacks: { ...LACKS, ...STOCK_LACKS },
  connect: (world) => ({
    ...operations(new StockBackend({ kubeconfig: kubeConfigOf(world) })),
    [Symbol.asyncDispose]: async () => {},
  }),
};

function operations(backend: Backend): Omit<Operations, 'callUntil' | 'upload' | 'forward'> {
  const { v1 } = new Client({ backend, spec }).api;
  const { pods } = v1.namespaces('default');
  return {
    call: async (pod) => (await pods(pod).get()).body.metadata.name,
    list: async () => (await pods.get()).body.items.map(({ metadata }) => metadata.name),
    create: async (pod, note = '') => {
      const metadata = { name: pod, annotations: { note } };
      await pods.post({ body: { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [] } } });
    },
    watch: async (onPod, { timeoutSeconds } = {}) =>
      follow(() => v1.watch.namespaces('default').pods.getObjectStream({ qs: { timeoutSeconds } }), onPod),
    log: async (pod) => String((await pods(pod).log.get()).body ?? ''),
    followLog: async (pod, onLine) => {
      const lines = createInterface(await pods(pod).log.getByteStream({ qs: { follow: true } }));
      lines.on('line', onLine);
    },
    exec: async (pod, command) => {
      const { messages } = await pods(pod).exec.post({ qs: { command, stdout: true, stderr: true } });
      return stdoutOf(messages);
    },
    attach: async (pod) => stdoutOf((await pods(pod).attach.post({ qs: { stdout: true, stderr: true } })).messages),
    patch: async (pod, note) => {
      const headers = { 'content-type': 'application/merge-patch+json' };
      await pods(pod).patch({ body: { metadata: { annotations: { note } } }, headers });
    },
    replace: async (pod, note) => {
      const metadata = { name: pod, annotations: { note } };
      await pods(pod).put({ body: { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [] } } });
    },
    getAs: async (path, headers) => {
      const answer = await backend.http({ method: 'GET', pathname: path, headers });
      return JSON.stringify((answer as { body: unknown }).body);
    },
    proxy: async (pod) => {
      const pathname = `/api/v1/namespaces/default/pods/${pod}/proxy/`;
      return String(((await backend.http({ method: 'GET', pathname })) as { body: unknown }).body);
    },
  };
}

function stdoutOf(messages: readonly Message[]): string {
  return messages.map(({ channel, message }) => (channel === 'stdout' ? message : '')).join('');
}

/** The client has no informer: who watches opens the stream again, as its documentation shows. */
function follow(open: () => Promise<Readable>, onPod: (name: string) => void): Watching {
  let current: Readable | undefined;
  let stopped = false;
  const run = async (): Promise<unknown> => {
    while (!stopped) {
      current = await open();
      for await (const { type, object } of current) {
        // A refusal comes as one Status object, not as an event.
        if (object === undefined) throw new Error('The watch was refused.');
        if (type === 'ADDED') onPod(object.metadata.name);
      }
    }
    return new Promise(() => {});
  };
  const ended = run().catch((error: unknown) => (stopped ? new Promise(() => {}) : error));
  return {
    ended,
    stop: () => {
      stopped = true;
      current?.destroy();
    },
  };
}

function kubeConfigOf({ kind, volume, server }: World): KubeConfig {
  const kubeConfig = new KubeConfig();
  if (kind === 'in-cluster') kubeConfig.loadFromCluster(volume.root);
  else {
    const cluster = { name: 'cluster', server: server.origin, caFile: volume.caFile };
    kubeConfig.loadFromClusterAndUser(cluster, { name: 'user', token: readFileSync(volume.tokenFile, 'utf8') });
  }
  return kubeConfig;
}

function podsOf(file: string): object {
  const { paths } = JSON.parse(gunzipSync(readFileSync(file)).toString()) as { paths: Record<string, object> };
  const wanted = /^\/api\/v1\/(?:watch\/)?namespaces\/\{namespace\}\/pods(?:$|\/)/;
  return { paths: Object.fromEntries(Object.entries(paths).filter(([path]) => wanted.test(path))) };
}
