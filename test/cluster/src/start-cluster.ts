import type { Binaries } from './build/binaries.ts';
import { ensureBinaries } from './build/build.ts';
import { Cluster } from './cluster.ts';
import type { ClusterOptions } from './cluster-options.ts';
import { startControlPlane } from './control-plane/control-plane.ts';
import { removeCluster, removeLeftovers } from './machine/remove.ts';
import { StateDirectory } from './machine/state.ts';
import { startNode, startRuntime } from './node/node.ts';
import { NodeCluster } from './node-cluster.ts';
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
export function startCluster(options: ClusterOptions<'light'>): Promise<Cluster>;
export function startCluster(options: ClusterOptions<'node'>): Promise<NodeCluster>;
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { profile, progress = printProgress, startedBy = 'test' } = options;
  const reason = await whyUnavailable(profile);
  if (reason !== undefined) throw new ClusterUnavailableError(reason);
  const leftovers = await removeLeftovers();
  if (leftovers.length > 0) progress(`removed what was left of ${leftovers.join(', ')}`);
  const binaries = await ensureBinaries(profile, progress);

  const started = performance.now();
  const directory = StateDirectory.create(profile, startedBy);
  try {
    const cluster = await startParts(directory, binaries, options);
    directory.updateState({ readyAfterMs: Math.round(performance.now() - started) });
    return cluster;
  } catch (error) {
    await removeCluster(directory);
    throw error;
  }
}

async function startParts(directory: StateDirectory, binaries: Binaries, options: ClusterOptions): Promise<Cluster> {
  if (options.profile === 'light') return new Cluster(directory, await startControlPlane(directory, binaries, options));
  const runtime = startRuntime(directory, binaries);
  // Awaited below; if the control plane fails first, that error is the one to report.
  runtime.catch(() => {});
  const plane = await startControlPlane(directory, binaries, options);
  return new NodeCluster(directory, plane, await startNode(directory, binaries, plane, runtime));
}
