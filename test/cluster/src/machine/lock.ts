import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, type ProcessIdentity, self } from './identity.ts';

/** How often a waiter looks again: nothing announces the release, and what is waited for takes seconds or minutes. */
const RETRY_MS = 250;

/**
 * Runs `work` while holding `file` as a lock between processes. The lock of a process that died is taken over.
 *
 * @param onWait called once, with the holder, if the lock is not free at once
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  onWait?: (holder: ProcessIdentity) => void,
): Promise<T> {
  let announced = false;
  while (!(await tryCreate(file))) {
    const holder = readHolder(file);
    if (holder === undefined || !isAlive(holder)) {
      await rm(file, { force: true });
      continue;
    }
    if (!announced) onWait?.(holder);
    announced = true;
    await delay(RETRY_MS);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function tryCreate(file: string): Promise<boolean> {
  try {
    await writeFile(file, JSON.stringify(self()), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(file: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
  } catch {
    // Gone meanwhile, or written only half by a process that was killed.
    return undefined;
  }
}
