import { isAlive } from '../machine/identity.ts';
import { removeCluster, removeLeftovers } from '../machine/remove.ts';
import { until } from '../machine/waiting.ts';
import { listClusters } from './clusters.ts';

/** Ten times what stopping a node with pods takes. */
const STOP_TIMEOUT_MS = 20_000;

/** Stops what `up` started and removes leftovers. Clusters of running tests stay. */
export async function down(): Promise<void> {
  const own = (await listClusters()).filter(({ state }) => state.startedBy === 'cli');
  for (const { directory, state } of own) {
    process.kill(state.owner.pid, 'SIGTERM');
    await until(`the keeper of ${state.id} to end`, () => !isAlive(state.owner), { timeoutMs: STOP_TIMEOUT_MS });
    // It was killed while it started, or could not finish.
    await removeCluster(directory);
  }
  const removed = [...own.map(({ state }) => state.id), ...(await removeLeftovers())];
  console.log(removed.length === 0 ? 'no cluster was up' : `removed ${removed.join(', ')}`);
}
