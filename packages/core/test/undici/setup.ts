import { volumeSource } from '@kubefresh/core';
import { createDispatcher, type DispatcherOptions } from '@kubefresh/core/undici';
import { type ApiServerOptions, createProjectedVolume, type MintedToken, startApiServer } from '@kubefresh/testing';
import type { Dispatcher } from 'undici';

/** Where the tests list pods. */
export const PODS = '/api/v1/namespaces/default/pods';

/** A server, a volume that knows it, a source and a dispatcher: the whole line. Disposed of in one. */
export async function startLine(options: Partial<DispatcherOptions> & { server?: ApiServerOptions } = {}) {
  const { server: serverOptions, ...dispatcherOptions } = options;
  const server = await startApiServer({ successCacheSeconds: 0, ...serverOptions });
  const token = await server.mint();
  const volume = createProjectedVolume({ files: { token, 'ca.crt': server.caBundle, namespace: 'default' } });
  const source = volumeSource({ directory: volume.directory });
  const { origin } = server;
  const dispatcher = createDispatcher({ source, origins: [origin], ...dispatcherOptions });
  return {
    server,
    volume,
    source,
    dispatcher,
    origin,
    token,
    /** Writes a new token into the volume, as the kubelet does, and has the source look at once, event or not. */
    async rotate(): Promise<MintedToken> {
      const next = await server.mint();
      volume.write({ token: next });
      await source.renew();
      return next;
    },
    request: (path = PODS, more: Partial<Dispatcher.RequestOptions> = {}) => send(dispatcher, origin, path, more),
    async [Symbol.asyncDispose]() {
      await dispatcher.destroy();
      await source.close();
      await server.close();
      volume[Symbol.dispose]();
    },
  };
}

/** Sends, reads the body, and answers both. */
export async function send(
  dispatcher: Dispatcher,
  origin: string,
  path = PODS,
  more: Partial<Dispatcher.RequestOptions> = {},
) {
  const response = await dispatcher.request({ origin, path, method: 'GET', ...more });
  return { status: response.statusCode, headers: response.headers, text: await response.body.text() };
}
