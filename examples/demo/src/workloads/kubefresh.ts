import { inCluster } from '@kubefresh/core';
import { createDispatcher } from '@kubefresh/core/undici';
import { request } from 'undici';
import { pathOf } from '../call.ts';
import { HttpError, type Workload } from './workload.ts';

/** undici with core's dispatcher: the token, the CA and the resend after a 401 are its business. */
export const kubefresh: Workload = {
  name: 'kubefresh',
  about: 'undici with @kubefresh/core',
  start({ env, root }) {
    const cluster = inCluster({ env, root });
    const dispatcher = createDispatcher(cluster);

    async function send(path: string, signal?: AbortSignal): Promise<void> {
      const { statusCode, body } = await request(`${cluster.origin}${path}`, { dispatcher, ...(signal && { signal }) });
      await body.dump();
      if (statusCode !== 200) throw new HttpError(statusCode);
    }

    return {
      list: (call) => send(pathOf('list', call)),
      watch: (call, signal) => send(pathOf('watch', call), signal),
      async [Symbol.asyncDispose]() {
        await dispatcher.close();
        await cluster.source.close();
      },
    };
  },
};
