import { existsSync, readdirSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { listStateDirectories, type StateDirectory } from './state.ts';
import { until } from './waiting.ts';

const CGROUP_ROOT = '/sys/fs/cgroup';

/**
 * The cgroup of a container is `/k8s.io/<container id>`, by containerd's namespace, where the kubelet names no parent;
 * and with `cgroupsPerQOS: false` it names none. So all clusters of a machine meet in this directory.
 */
const PARENT = 'k8s.io';

/** A cgroup frees itself within ms of its last process. */
const EMPTY_TIMEOUT_MS = 5_000;

/** Where containerd keeps what it knows of running containers; it survives a crash. */
export function containerdState(directory: StateDirectory): string {
  return directory.file('containerd-state');
}

/** The cgroups of a cluster's containers: one a container on cgroup v2, one for each controller on v1. */
export function cgroupsOf(directory: StateDirectory): string[] {
  const tasks = join(containerdState(directory), 'io.containerd.runtime.v2.task', PARENT);
  const ids = existsSync(tasks) ? readdirSync(tasks) : [];
  return parents().flatMap((parent) => ids.map((id) => join(parent, id)).filter((path) => existsSync(path)));
}

/** Removes a cluster's cgroups, whose processes must be dead or dying, and their parent with the last cluster. */
export async function removeCgroups(directory: StateDirectory): Promise<void> {
  for (const cgroup of cgroupsOf(directory)) {
    await until(`cgroup ${cgroup} to be empty`, () => removeTree(cgroup), { timeoutMs: EMPTY_TIMEOUT_MS });
  }
  // While another cluster stands, one of its containers may be about to be put there.
  if ((await listStateDirectories()).length > 1) return;
  // Not empty: a Kubernetes node that has nothing to do with us.
  for (const parent of parents()) await rmdir(parent).catch(() => {});
}

/** {@link PARENT} in every hierarchy: `/sys/fs/cgroup` itself (v2), or each directory in it (v1 and hybrid). */
function parents(): string[] {
  if (!existsSync(CGROUP_ROOT)) return [];
  return [CGROUP_ROOT, ...childDirectories(CGROUP_ROOT)]
    .map((path) => join(path, PARENT))
    .filter((path) => existsSync(path));
}

/** A cgroup can be removed by rmdir only, children first; the files in it are not files. It may go by itself meanwhile. */
async function removeTree(directory: string): Promise<true> {
  try {
    for (const child of childDirectories(directory)) await removeTree(child);
    await rmdir(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return true;
}

function childDirectories(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(directory, name));
}
