import { basename, dirname, join } from 'node:path';
import { readFileSync, realpathSync, statSync } from './fs.ts';
import type { VolumeFiles } from './layout.ts';

/**
 * Whether the token is mounted by `subPath`: the kubelet binds that one file into the container, and a swap unlinks what it
 * bound, so the mount shows the old bytes for ever (kubernetes.io/docs "A container using a … as a subPath volume mount will
 * not receive updates"). Before the first swap the mount table tells, after it the inode has no name left.
 */
export function isSubPath(files: VolumeFiles): boolean {
  try {
    if (statSync(files.token).nlink === 0) return true;
    // The table has real paths, and /var/run is a link to /run in most images; the token itself may be a link into the volume.
    return mountPoints().has(join(realpathSync(dirname(files.token)), basename(files.token)));
  } catch {
    // Nothing there, or out of reach: the read tells.
    return false;
  }
}

/** The mount points of this process; empty where there is no such table (not Linux). */
function mountPoints(): Set<string> {
  try {
    // Field 5 of proc_pid_mountinfo(5), with blanks written as \040.
    const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
    return new Set(lines.map((line) => line.split(' ')[4]?.replaceAll('\\040', ' ') ?? ''));
  } catch {
    return new Set();
  }
}
