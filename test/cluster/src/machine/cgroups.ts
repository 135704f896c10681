import { existsSync, readdirSync, statSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from './waiting.ts';

const CGROUP_ROOT = '/sys/fs/cgroup';

/** A cgroup frees itself within ms of its last process. */
const EMPTY_TIMEOUT_MS = 5_000;

/** Name of the cgroup, in each hierarchy, that holds all containers of a cluster. */
export function cgroupName(id: string): string {
  return `kubefresh-${id}`;
}

/** A cluster's cgroups that exist: one on cgroup v2, one a controller on v1. */
export function cgroupsOf(id: string): string[] {
  return hierarchies()
    .map((hierarchy) => join(hierarchy, cgroupName(id)))
    .filter((directory) => existsSync(directory));
}

/** Removes a cluster's cgroups; its processes must be dead or dying. */
export async function removeCgroups(id: string): Promise<void> {
  for (const directory of cgroupsOf(id)) {
    await until(`cgroup ${directory} to be empty`, () => removeTree(directory), { timeoutMs: EMPTY_TIMEOUT_MS });
  }
}

/** Where cgroups are mounted: `/sys/fs/cgroup` itself (v2), or each directory in it (v1 and hybrid). */
function hierarchies(): string[] {
  if (!existsSync(CGROUP_ROOT)) return [];
  return [CGROUP_ROOT, ...childDirectories(CGROUP_ROOT)];
}

/** A cgroup can be removed by rmdir only, children first; the files in it are not files. */
async function removeTree(directory: string): Promise<true> {
  for (const child of childDirectories(directory)) await removeTree(child);
  await rmdir(directory);
  return true;
}

function childDirectories(directory: string): string[] {
  return readdirSync(directory)
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isDirectory());
}
