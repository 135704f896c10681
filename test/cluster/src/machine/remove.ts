import { readdirSync, readFileSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import { removeCgroups } from './cgroups.ts';
import { MARKER } from './component.ts';
import { identify } from './identity.ts';
import { withLock } from './lock.ts';
import { unmount } from './mounts.ts';
import { listStateDirectories, STATE_ROOT, type StateDirectory } from './state.ts';
import { until } from './waiting.ts';

/** Ten times what the kernel takes to end a node with a dozen pods. */
const GONE_TIMEOUT_MS = 20_000;

/**
 * Ends a cluster and removes all of it: processes, mounts, cgroups, files. The same for a running one and for what a
 * killed test run left; whatever is gone already does no harm.
 */
export async function removeCluster(directory: StateDirectory): Promise<void> {
  await until(
    `the processes of cluster ${directory.id} to end`,
    () => {
      const pids = markedProcesses(directory.id);
      for (const pid of pids) killNow(pid);
      return pids.length === 0;
    },
    { timeoutMs: GONE_TIMEOUT_MS, intervalMs: 10 },
  );
  await unmount(directory.path);
  await removeCgroups(directory);
  await rm(directory.path, { recursive: true, force: true });
  // The last one takes the common directory with it; another cluster's makes this fail, as it should.
  await rmdir(STATE_ROOT).catch(() => {});
}

/** Removes every cluster whose owner is gone. Returns their ids. Of several processes that start at once one does it. */
export async function removeLeftovers(): Promise<string[]> {
  if ((await listLeftovers()).length === 0) return [];
  return withLock(`${STATE_ROOT}.lock`, async () => {
    const leftovers = await listLeftovers();
    for (const directory of leftovers) await removeCluster(directory);
    return leftovers.map(({ id }) => id);
  });
}

async function listLeftovers(): Promise<StateDirectory[]> {
  return (await listStateDirectories()).filter((directory) => directory.abandoned);
}

/** Processes that carry a cluster's mark: its programs, and what they started outside containers. */
export function markedProcesses(id: string): number[] {
  const mark = `${MARKER}=${id}`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => environmentOf(pid).includes(mark) && identify(pid) !== undefined);
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
  } catch {
    // Gone meanwhile, or another user's.
    return [];
  }
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
