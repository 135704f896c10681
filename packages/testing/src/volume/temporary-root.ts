import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const open = new Set<string>();

/**
 * Makes a temporary directory: in `/dev/shm` where there is one, since the kubelet's volume is a tmpfs too. What nobody
 * has removed by the end of the process goes with it, so that a failed test leaves nothing in memory.
 */
export function makeTemporaryRoot(parent = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()): string {
  const root = mkdtempSync(join(parent, 'kubefresh-testing-'));
  if (open.size === 0) process.on('exit', removeAll);
  open.add(root);
  return root;
}

export function removeTemporaryRoot(root: string): void {
  rmSync(root, { recursive: true, force: true });
  open.delete(root);
  if (open.size === 0) process.off('exit', removeAll);
}

function removeAll(): void {
  for (const root of open) rmSync(root, { recursive: true, force: true });
}
