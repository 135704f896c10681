/** The API server and the volume of `@kubefresh/testing` in a process of their own. */
import { startCluster } from '@kubefresh/testing';
import { answer } from '../child.ts';

/** What a client needs to know. */
export interface KitServer {
  readonly env: Readonly<Record<'KUBERNETES_SERVICE_HOST' | 'KUBERNETES_SERVICE_PORT', string>>;
  /** What a container would have as `/`. */
  readonly root: string;
}

const cluster = await startCluster();
process.on('SIGTERM', async () => {
  await cluster.close();
  process.exit();
});
await answer({ env: { ...cluster.env }, root: cluster.root } satisfies KitServer);
