import { setTimeout } from 'node:timers/promises';
import type { CredentialSource } from '../../src/source/types.ts';

/** Usually 10 ms; looked at each 5 ms, since neither state has an event. */
const LOOKS = 1_000;

/** Resolves when file events tell `source` of changes: chokidar begins to watch some milliseconds after it was told to. */
export async function untilWatching(source: CredentialSource): Promise<void> {
  await untilTrue(() => source.status().watcher === 'watching');
}

/** Resolves when `done` holds, for what has no event; rejects where it never does. */
export async function untilTrue(done: () => boolean): Promise<void> {
  for (let look = 0; look < LOOKS; look += 1) {
    if (done()) return;
    await setTimeout(5);
  }
  throw new Error(`It never was: ${done}`);
}
