import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { volumeSource } from '@kubefresh/core';
import { type AgentOptions, createAgent } from '@kubefresh/core/https';
import { type ApiServerOptions, createProjectedVolume, startApiServer } from '@kubefresh/testing';
import { nextEvent } from '../support/await-event.ts';

/** Where the tests list pods. */
export const PODS = '/api/v1/namespaces/default/pods';

/** A server, a volume that knows it, a source and an agent. Disposed of in one. */
export async function startLine(options: Partial<AgentOptions> & { server?: ApiServerOptions } = {}) {
  const { server: serverOptions, ...agentOptions } = options;
  const server = await startApiServer({ successCacheSeconds: 0, ...serverOptions });
  const token = await server.mint();
  const volume = createProjectedVolume({ files: { token, 'ca.crt': server.caBundle, namespace: 'default' } });
  const source = volumeSource({ directory: volume.directory });
  const { origin } = server;
  const agent = createAgent({ source, origins: [origin], ...agentOptions });
  return {
    server,
    volume,
    source,
    agent,
    origin,
    token,
    /** Writes into the volume, and waits until the source has it. */
    async write(files: Parameters<typeof volume.write>[0]): Promise<void> {
      const renewed = nextEvent(source, 'renewed');
      volume.write(files);
      await renewed;
    },
    get: (path = PODS, more: object = {}) => get(origin + path, { agent, ...more }),
    async [Symbol.asyncDispose]() {
      agent.destroy();
      await source.close();
      await server.close();
      volume[Symbol.dispose]();
    },
  };
}

/** Sends by node:https, and reads the answer. */
export function get(url: string, options: object): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    request(url, options, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, text: body }), reject);
    })
      .on('error', reject)
      .end();
  });
}
