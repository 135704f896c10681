import { ensureBinaries } from './build/build.ts';
import { Cluster } from './cluster.ts';
import type { ClusterOptions } from './cluster-options.ts';
import { startControlPlane } from './control-plane/control-plane.ts';
import { removeCluster, removeLeftovers } from './machine/remove.ts';
import { StateDirectory } from './machine/state.ts';
import { printProgress } from './progress.ts';
import { whyUnavailable } from './requirements.ts';
import { ClusterUnavailableError } from './unavailable.ts';

/**
 * Starts a real cluster of its own, on free ports of loopback, after removing what killed runs left behind. Several
 * run side by side. The first call ever builds the programs, which takes minutes.
 *
 * @throws ClusterUnavailableError if this machine cannot run the profile; the message says what to do
 * @throws ClusterError if a part of it fails; everything that was started is gone again
 */
export async function startCluster(options: ClusterOptions<'light'>): Promise<Cluster> {
  const { profile, progress = printProgress, startedBy = 'test' } = options;
  const reason = await whyUnavailable(profile);
  if (reason !== undefined) throw new ClusterUnavailableError(reason);
  const leftovers = await removeLeftovers();
  if (leftovers.length > 0) progress(`removed what was left of ${leftovers.join(', ')}`);
  const binaries = await ensureBinaries(profile, progress);

  const started = performance.now();
  const directory = StateDirectory.create(profile, startedBy);
  try {
    const plane = await startControlPlane(directory, binaries, options);
    const cluster = new Cluster(directory, plane);
    directory.updateState({ readyAfterMs: Math.round(performance.now() - started) });
    return cluster;
  } catch (error) {
    await removeCluster(directory);
    throw error;
  }
}
