import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, rename, rm, writeFile } from 'node:fs/promises';
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
    const text = read(file);
    if (text === undefined) continue;
    const holder = parse(text);
    if (holder === undefined || !isAlive(holder)) {
      await takeAway(file, text);
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

/** Linked when its content is there: whoever sees the lock sees its holder. */
async function tryCreate(file: string): Promise<boolean> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(self()));
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(draft);
  }
}

/** Removes the lock of a dead holder. Of several that try at once, one may find the lock of the next holder: it goes back. */
async function takeAway(file: string, dead: string): Promise<void> {
  const away = `${file}.${randomUUID()}`;
  try {
    await rename(file, away);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return;
    throw error;
  }
  if (read(away) !== dead) await link(away, file).catch(() => {});
  await rm(away);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Undefined for what no lock of ours is. */
function parse(text: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(text) as ProcessIdentity;
  } catch {
    return undefined;
  }
}

function isCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}
