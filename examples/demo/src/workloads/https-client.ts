import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Agent, get } from 'node:https';
import { join } from 'node:path';
import { pathOf } from '../call.ts';
import { type Client, HttpError, type Pod } from './workload.ts';

const MOUNT = 'var/run/secrets/kubernetes.io/serviceaccount';

/** Reads a file of the service account volume as most programs do. */
export function readMounted(pod: Pod, file: 'token' | 'ca.crt'): string {
  return readFileSync(join(pod.root, MOUNT, file), 'utf8').trim();
}

/** A client made by hand of node:https: the CA of its start, one keep-alive agent, and whatever token it is told to use. */
export function httpsClient(pod: Pod, token: () => string): Client {
  const agent = new Agent({ keepAlive: true, ca: readMounted(pod, 'ca.crt') });
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = pod.env;

  async function request(path: string, signal?: AbortSignal): Promise<void> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { authorization: `Bearer ${token()}` };
      get({ host, port, path, agent, headers, ...(signal && { signal }) }, resolve).on('error', reject);
    });
    for await (const _chunk of response);
    if (response.statusCode !== 200) throw new HttpError(response.statusCode ?? 0);
  }

  return {
    list: (call) => request(pathOf('list', call)),
    watch: (call, signal) => request(pathOf('watch', call), signal),
    async [Symbol.asyncDispose]() {
      agent.destroy();
    },
  };
}
