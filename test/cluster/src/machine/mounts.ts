import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Mount points at and below a directory, as this process sees them. */
export function mountsBelow(directory: string): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((point) => point === directory || point.startsWith(`${directory}/`));
}

/**
 * Detaches everything that is mounted at and below a directory, also where it is still in use. Throws rather than leave
 * a mount there: what follows is a recursive removal, and a mount may lead to files of the host.
 */
export async function unmount(directory: string): Promise<void> {
  for (;;) {
    // In the order of mounting: the topmost comes first and takes the others with it.
    const [first] = mountsBelow(directory);
    if (first === undefined) return;
    await run('umount', ['--lazy', first]);
  }
}

/**
 * Makes a directory a mount of its own that shares what is mounted below it with the namespaces made from here on:
 * what a kubelet mounts in its own namespace is then seen here, and one {@link unmount} takes all of it away.
 */
export async function shareMounts(directory: string): Promise<void> {
  await run('mount', ['--bind', directory, directory]);
  await run('mount', ['--make-shared', directory]);
}
