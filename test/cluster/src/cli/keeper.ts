// The process behind `pnpm cluster up`: it owns the cluster until it is told to stop. Started detached by up.ts.
import type { Cluster } from '../cluster.ts';
import { startCluster } from '../start-cluster.ts';
import type { KeeperMessage } from './keeper-message.ts';

const [profile] = process.argv.slice(2);
let cluster: Cluster | undefined;

/** Stops the cluster, if it stands, and ends. What is only half started dies with this process. */
async function stop(): Promise<never> {
  await cluster?.stop();
  process.exit(0);
}

process.on('SIGTERM', stop).on('SIGINT', stop);
// `up` was interrupted while it waited; after "ready" it goes away as planned.
process.on('disconnect', () => {
  if (cluster === undefined) void stop();
});

function tell(message: KeeperMessage): void {
  if (process.connected) process.send?.(message);
}

try {
  const progress = (line: string) => tell({ kind: 'progress', line });
  const options = { progress, startedBy: 'cli' } as const;
  cluster = await (profile === 'node'
    ? startCluster({ profile: 'node', ...options })
    : startCluster({ profile: 'light', ...options }));
  tell({ kind: 'ready', id: cluster.id });
  // Nothing else keeps this process alive.
  setInterval(() => {}, 2 ** 30);
} catch (error) {
  tell({ kind: 'failed', message: (error as Error).message });
  process.exitCode = 1;
}
