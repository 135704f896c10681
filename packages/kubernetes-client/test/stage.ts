import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';
import { volumeSource } from '@kubefresh/core';
import { createProjectedVolume, type ProjectedVolume, startApiServer, type TestApiServer } from '@kubefresh/testing';
import type { Answer, ClientName, ExecAnswer, FreshBackend } from '../src/index.ts';
import { keepFresh } from '../src/index.ts';

const require = createRequire(import.meta.url);

/** The part of the client's API, which it makes out of an OpenAPI document, that the tests use. */
interface Endpoint {
  get(options?: object): Promise<Answer & { body: { items: { metadata: { name: string } }[] } }>;
  post(options?: object): Promise<Answer & ExecAnswer>;
  getObjectStream(options?: object): Promise<Readable>;
  getByteStream(options?: object): Promise<Readable>;
  readonly exec: Endpoint;
  readonly log: Endpoint;
}
interface Api {
  readonly api: {
    readonly v1: Record<'namespaces', (name: string) => { readonly pods: Endpoint & ((name: string) => Endpoint) }> & {
      readonly watch: Api['api']['v1'];
    };
  };
}

/** A pod in the eyes of a client: an API server, a volume, and the client on our backend. */
export interface Stage extends AsyncDisposable {
  readonly server: TestApiServer;
  readonly volume: ProjectedVolume;
  readonly backend: FreshBackend;
  readonly client: Api;
  /** Mints a token, puts it into the volume, and refuses the one before from now on; answers the new one's jti. */
  rotate(): Promise<string>;
}

export async function createStage(name: ClientName = 'kubernetes-client'): Promise<Stage> {
  const server = await startApiServer();
  const first = await server.mint();
  const volume = createProjectedVolume({ files: { token: first, 'ca.crt': server.caBundle, namespace: 'default' } });
  const source = volumeSource({ directory: volume.directory });
  const backend = keepFresh({ source, origin: server.origin, client: name });
  const { Client } = load(name);
  let current = first;
  return {
    server,
    volume,
    backend,
    client: new Client({ backend, version: name === 'kubernetes-client' ? '1.13' : '1.22' }),
    rotate: async () => {
      const old = current;
      current = await server.mint();
      volume.write({ token: current });
      server.revoke(old);
      return current.jti;
    },
    [Symbol.asyncDispose]: async () => {
      await backend.close();
      await source.close();
      await server.close();
      volume[Symbol.dispose]();
    },
  };
}

function load(name: ClientName): { Client: new (options: object) => Api } {
  return name === 'kubernetes-client' ? require('kubernetes-client') : require('@cloudnativetoolkit/kubernetes-client');
}
