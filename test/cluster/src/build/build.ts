import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '../machine/lock.ts';
import type { Profile } from '../profile.ts';
import type { Progress } from '../progress.ts';
import { BINARIES, type Binaries, type BinaryName, kubebuilderAssets, MAIN_PACKAGES } from './binaries.ts';
import { binaryDirectory } from './cache.ts';
import { goBuild } from './go.ts';

/** Where a program lies once it is built, or where `KUBEBUILDER_ASSETS` has it already. */
function locate(name: BinaryName): string {
  const assets = kubebuilderAssets();
  if (assets !== undefined && (name === 'etcd' || name === 'kube-apiserver')) return join(assets, name);
  return join(binaryDirectory(), name);
}

/** The programs of a profile that are not built yet. */
export function missingBinaries(profile: Profile): BinaryName[] {
  return BINARIES[profile].filter((name) => !existsSync(locate(name)));
}

/**
 * Builds what a profile runs, unless it lies in the cache already. The first build takes minutes and says so on
 * `progress`; a second process that asks meanwhile waits for the first.
 *
 * @throws ClusterUnavailableError without a usable Go
 * @throws ClusterError if a program does not compile
 */
export async function ensureBinaries(profile: Profile, progress: Progress): Promise<Binaries> {
  if (missingBinaries(profile).length > 0) {
    const directory = binaryDirectory();
    await mkdir(directory, { recursive: true });
    await withLock(
      join(directory, 'building.lock'),
      () => buildMissing(profile, progress),
      ({ pid }) => progress(`waiting for process ${pid}, which builds the cluster's programs`),
    );
  }
  const names = Object.keys(MAIN_PACKAGES) as BinaryName[];
  return Object.fromEntries(names.map((name) => [name, locate(name)])) as Record<BinaryName, string>;
}

async function buildMissing(profile: Profile, progress: Progress): Promise<void> {
  const missing = missingBinaries(profile);
  if (missing.length === 0) return;
  progress(`building ${missing.join(', ')} (once; about five minutes on two cores)`);
  for (const [index, name] of missing.entries()) {
    const target = locate(name);
    // Renamed when whole, so that an interrupted build leaves nothing that looks like a program.
    const partial = `${target}.${process.pid}.partial`;
    await goBuild(MAIN_PACKAGES[name], partial, (text) =>
      progress(`${name} (${index + 1}/${missing.length}): ${text}`),
    );
    await rename(partial, target);
  }
}
