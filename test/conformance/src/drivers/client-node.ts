import { once } from 'node:events';

import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { keepFresh } from '@kubefresh/client-node';
import type * as Library from 'client-node-2';
import type { WebSocket } from 'ws';
import { type Driver, type Operations, STOCK_LACKS, type World } from '../driver.ts';

const PATHS = ['call', 'list', 'create', 'watch', 'log', 'exec'] as const;
const NAMESPACE = 'default';
const PORT = 8080;

const LACKS: Driver['lacks'] = {
  getAs: 'it sets the header of the user that its KubeConfig names',
  upload: 'it makes its bodies itself, as text',
  http2: 'it speaks HTTP/1.1 alone',
  fallback: 'the KubeConfig names the token file; it is given no source',
};

const EXCEPT_2: Driver['except'] = {
  S15: 'its own Watch ends a stream after 30 s without an event, and its informer opens it again',
};

/** A driver of the official client, for one of its majors; `stock`: without `keepFresh`. */
export function clientNode(library: unknown, version: string, flavour: Driver['flavour']): Driver {
  // The majors' types differ in what is not used here.
  const official = library as typeof Library;
  return {
    id: `${flavour === 'stock' ? 'stock-' : ''}client-node-${version.split('.', 1)[0]}`,
    client: `@kubernetes/client-node ${version}`,
    flavour,
    paths: PATHS,
    lacks: flavour === 'stock' ? { ...LACKS, ...STOCK_LACKS } : LACKS,
    except: flavour === 'kubefresh' && version.startsWith('2.') ? EXCEPT_2 : undefined,
    connect: (world) => {
      const kubeConfig = new official.KubeConfig();
      const handle = flavour === 'kubefresh' ? keepFresh(kubeConfig) : undefined;
      load(kubeConfig, world);
      return {
        ...operations(official, kubeConfig),
        [Symbol.asyncDispose]: async () => {
          await handle?.close();
        },
      };
    },
  };
}

function load(kubeConfig: Library.KubeConfig, { kind, server, volume }: World): void {
  if (kind === 'in-cluster') {
    kubeConfig.loadFromCluster(volume.root);
    return;
  }
  const config = {
    clusters: [{ name: 'cluster', cluster: { server: server.origin, 'certificate-authority': volume.caFile } }],
    users: [{ name: 'user', user: { tokenFile: volume.tokenFile } }],
    contexts: [{ name: 'context', context: { cluster: 'cluster', user: 'user' } }],
    'current-context': 'context',
  };
  kubeConfig.loadFromString(JSON.stringify(config));
}

function operations(official: typeof Library, kubeConfig: Library.KubeConfig): Omit<Operations, 'getAs' | 'upload'> {
  const api = kubeConfig.makeApiClient(official.CoreV1Api);
  const pods = (timeoutSeconds?: number) =>
    `/api/v1/namespaces/${NAMESPACE}/pods${timeoutSeconds === undefined ? '' : `?timeoutSeconds=${timeoutSeconds}`}`;
  return {
    call: async (name) => (await api.readNamespacedPod({ name, namespace: NAMESPACE })).metadata?.name ?? '',
    list: async () =>
      (await api.listNamespacedPod({ namespace: NAMESPACE })).items.map(({ metadata }) => metadata?.name ?? ''),
    callUntil: async (name, signal) => {
      const aborting = {
        pre: (context: Library.RequestContext) => {
          context.setSignal(signal);
          return new official.Observable(Promise.resolve(context));
        },
        post: (context: Library.ResponseContext) => new official.Observable(Promise.resolve(context)),
      };
      const pod = await api.readNamespacedPod(
        { name, namespace: NAMESPACE },
        { middleware: [aborting], middlewareMergeStrategy: 'append' },
      );
      return pod.metadata?.name ?? '';
    },
    create: async (name, note = '') => {
      const body = {
        metadata: { name, annotations: { note } },
        spec: { containers: [{ name: 'main', image: 'image' }] },
      };
      await api.createNamespacedPod({ namespace: NAMESPACE, body });
    },
    // An informer, which opens its watch again by itself when the server has ended it.
    watch: async (onPod, { timeoutSeconds } = {}) => {
      const informer = official.makeInformer(kubeConfig, pods(timeoutSeconds), () =>
        api.listNamespacedPod({ namespace: NAMESPACE }),
      );
      informer.on('add', ({ metadata }) => onPod(metadata?.name ?? ''));
      const ended = new Promise<unknown>((resolve) => informer.on('error', resolve));
      await informer.start();
      return { ended, stop: () => void informer.stop() };
    },
    log: async (pod) => {
      const output = new PassThrough();
      await new official.Log(kubeConfig).log(NAMESPACE, pod, 'main', output);
      return text(output);
    },
    followLog: async (pod, onLine) => {
      const output = new PassThrough();
      createInterface(output).on('line', onLine);
      await new official.Log(kubeConfig).log(NAMESPACE, pod, 'main', output, { follow: true });
    },
    exec: async (pod, command) => {
      const output = new PassThrough();
      const printed = text(output);
      const socket = await new official.Exec(kubeConfig).exec(
        NAMESPACE,
        pod,
        'main',
        [...command],
        output,
        null,
        null,
        false,
      );
      await once(socket, 'close');
      output.end();
      return printed;
    },
    attach: async (pod) => {
      const output = new PassThrough();
      const printed = text(output);
      await once(
        await new official.Attach(kubeConfig).attach(NAMESPACE, pod, 'main', output, null, null, false),
        'close',
      );
      output.end();
      return printed;
    },
    forward: async (pod, input) => {
      const [stdin, output] = [new PassThrough(), new PassThrough()];
      const socket = await new official.PortForward(kubeConfig).portForward(
        NAMESPACE,
        pod,
        [PORT],
        output,
        null,
        stdin,
      );
      // It is a function where one asked for retries.
      await echo(socket as WebSocket, stdin, output, input);
    },
    patch: async (name, note) => {
      const body = [{ op: 'add', path: '/metadata/annotations', value: { note } }];
      await api.patchNamespacedPod({ name, namespace: NAMESPACE, body });
    },
    replace: async (name, note) => {
      const body = {
        metadata: { name, annotations: { note } },
        spec: { containers: [{ name: 'main', image: 'image' }] },
      };
      await api.replaceNamespacedPod({ name, namespace: NAMESPACE, body });
    },
    proxy: async (name) => api.connectGetNamespacedPodProxy({ name, namespace: NAMESPACE }),
  };
}

/** Writes to what is on the other side, and hangs up when that has said the same. */
async function echo(socket: WebSocket, stdin: PassThrough, output: PassThrough, input: string): Promise<void> {
  try {
    stdin.write(input);
    let said = '';
    for await (const chunk of output.iterator({ destroyOnReturn: false })) {
      said += chunk;
      if (said === input) return;
    }
  } finally {
    socket.close();
  }
}
