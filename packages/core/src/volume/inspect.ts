import { readFileSync, statSync } from 'node:fs';
import type { VolumeFiles } from './layout.ts';

/**
 * Whether the token is mounted by `subPath`: the kubelet binds that one file into the container, and a swap unlinks what it
 * bound, so the mount shows the old bytes for ever (kubernetes.io/docs "A container using a … as a subPath volume mount will
 * not receive updates"). Before the first swap the mount table tells, after it the inode has no name left.
 */
export function isSubPath(files: VolumeFiles): boolean {
  const stat = statSync(files.token, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  if (stat.nlink === 0) return true;
  return mountPoints().has(files.token);
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
