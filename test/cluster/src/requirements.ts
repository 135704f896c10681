import { execFile } from 'node:child_process';
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { missingBinaries } from './build/build.ts';
import { goUnavailable } from './build/go.ts';
import type { Profile } from './profile.ts';
import { ClusterUnavailableError } from './unavailable.ts';

const run = promisify(execFile);

/** What the node profile calls, and the package that brings it on Debian and Ubuntu. */
const NODE_TOOLS = { runc: 'runc', unshare: 'util-linux', nsenter: 'util-linux', mount: 'mount', umount: 'mount' };

/**
 * Why a profile cannot run on this machine, in a sentence that says what to do; undefined if it can. Starts nothing
 * and builds nothing.
 */
export async function whyUnavailable(profile: Profile): Promise<string | undefined> {
  if (process.platform !== 'linux') return `the cluster needs Linux, this is ${process.platform}`;
  const machine = profile === 'node' ? await nodeUnavailable() : undefined;
  if (machine !== undefined) return machine;
  if (!isOnPath('setpriv')) return 'setpriv is not installed (apt-get install util-linux)';
  const missing = missingBinaries(profile);
  const go = missing.length > 0 ? await goUnavailable() : undefined;
  return go === undefined ? undefined : `${missing.join(', ')} must be built first: ${go}`;
}

/**
 * Why tests on the cluster are to be skipped, undefined if they are to run. Under `CI=true` nothing is skipped
 * silently: the reason is thrown.
 *
 * @throws ClusterUnavailableError under `CI=true`
 */
export async function whySkipped(profile: Profile): Promise<string | undefined> {
  const reason = await whyUnavailable(profile);
  if (reason !== undefined && process.env['CI'] === 'true') throw new ClusterUnavailableError(reason);
  return reason;
}

async function nodeUnavailable(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'the node profile needs root: a kubelet mounts volumes and starts containers';
  for (const [tool, source] of Object.entries(NODE_TOOLS)) {
    if (!isOnPath(tool)) return `${tool} is not installed (apt-get install ${source})`;
  }
  const refused = await triedMounts();
  if (refused !== undefined) return refused;
  try {
    accessSync('/sys/fs/cgroup', constants.W_OK);
  } catch {
    return '/sys/fs/cgroup is not writable (in a container: run it privileged)';
  }
  return undefined;
}

/** Tries what a node does first: its own mount and process namespaces, a mount inside them, an overlay for images. */
async function triedMounts(): Promise<string | undefined> {
  const directory = mkdtempSync('/tmp/kubefresh-probe-');
  const [lower, upper, work, merged] = ['lower', 'upper', 'work', 'merged'].map((name) => {
    const path = join(directory, name);
    mkdirSync(path);
    return path;
  });
  const overlay = `mount -t overlay overlay -o lowerdir=${lower},upperdir=${upper},workdir=${work} ${merged}`;
  try {
    const script = `mount -t tmpfs tmpfs /run && ${overlay}`;
    await run('unshare', ['--mount', '--pid', '--fork', '--mount-proc', 'sh', '-c', script]);
    return undefined;
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    return `the kernel refuses namespaces, tmpfs or overlayfs (in a container: run it privileged): ${stderr?.trim()}`;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function isOnPath(tool: string): boolean {
  // Debian keeps runc in /usr/sbin, which is not on every root's PATH.
  const directories = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return directories.some((directory) => {
    try {
      accessSync(join(directory, tool), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
