import { equal, ok } from 'node:assert/strict';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';
import { volumeSource } from '@kubefresh/core';
import { keepFresh } from '@kubefresh/kubernetes-client';
import type { Adapter } from './adapter.ts';

interface Item {
  readonly metadata: { readonly name: string; readonly uid: string };
}
/** The part of the client's API that is used here; its own types know of no backend. */
interface Endpoint {
  get(options?: object): Promise<{ readonly body: Item & { readonly items: readonly Item[] } }>;
  post(options: object): Promise<{ readonly body: Item; readonly messages: readonly Message[] }>;
  getObjectStream(options?: object): Promise<Readable>;
  getByteStream(options?: object): Promise<Readable & { abort(): void }>;
  readonly log: Endpoint;
  readonly exec: Endpoint;
}
interface Message {
  readonly channel: string;
  readonly message: string;
}
interface CoreV1 {
  namespaces(name: string): { readonly pods: Collection; readonly configmaps: Collection };
  readonly watch: CoreV1;
}
type Collection = Endpoint & ((name: string) => Endpoint);

const { Client } = createRequire(import.meta.url)('kubernetes-client') as {
  Client: new (options: object) => { readonly api: { readonly v1: CoreV1 } };
};

/** kubernetes-client (godaddy) on the backend of the adapter. */
export const kubernetesClient: Adapter = {
  name: 'kubernetes-client 9.0.0',
  cannot: { attach: 'the client hands out what came once the container has ended, and this one never does' },
  connect: ({ cluster, pod: { name, namespace, uid, volume } }) => {
    const source = volumeSource({ directory: volume.path });
    const origin = cluster.server;
    const backend = keepFresh({ source, origin, from: import.meta.url });
    const { v1 } = new Client({ backend, version: '1.13' }).api;
    const { pods, configmaps } = v1.namespaces(namespace);
    return {
      paths: {
        call: async () => equal((await pods(name).get()).body.metadata.uid, uid),
        list: async () => equal((await pods.get()).body.items.length, 1),
        create: async () => {
          const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'made-' } };
          ok((await configmaps.post({ body })).body.metadata.uid);
        },
        watch: async () => {
          const stream = await v1.watch.namespaces(namespace).pods.getObjectStream();
          equal((await once(stream, 'data'))[0].object.metadata.name, name);
          stream.destroy();
        },
        log: async () => ok(JSON.stringify((await pods(name).log.get()).body).includes('port')),
        'log, followed': async () => {
          const stream = await pods(name).log.getByteStream({ qs: { follow: true } });
          ok(String((await once(stream, 'data'))[0]).includes('"port"'));
          stream.abort();
        },
        exec: async () => {
          const command = ['/usr/local/bin/node', '-p', '6 * 7'];
          const { messages } = await pods(name).exec.post({ qs: { command, stdout: true, stderr: true } });
          equal(messages.map(({ channel, message }) => (channel === 'stdout' ? message : '')).join(''), '42\n');
        },
      },
      follow: async (onName, onFailure) => {
        const end = new AbortController();
        const open = () => v1.watch.namespaces(namespace).configmaps.getObjectStream();
        // The client has no informer: who watches opens the stream again, as its documentation shows.
        const run = async () => {
          for (let stream = await open(); ; stream = await open()) {
            end.signal.addEventListener('abort', () => stream.destroy());
            for await (const { type, object } of stream) {
              // A refusal comes as one Status, not as an event.
              if (object === undefined) throw new Error('the watch was refused');
              if (type === 'ADDED') onName(object.metadata.name);
            }
          }
        };
        void run().catch((error: unknown) => end.signal.aborted || onFailure(error));
        return () => end.abort();
      },
      [Symbol.asyncDispose]: async () => {
        await backend.close();
        await source.close();
      },
    };
  },
};
