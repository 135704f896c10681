import type { ImageEntry } from './entries.ts';
import { programEntries } from './program.ts';

/** Where images have Node. */
export const NODE_PATH = '/usr/local/bin/node';

/** This process's Node, and what it needs. */
export async function nodeRuntimeEntries(): Promise<ImageEntry[]> {
  return [
    ...(await programEntries(process.execPath, NODE_PATH)),
    // For tests and people who exec into a pod; any program may want it.
    { path: '/tmp', mode: 0o1777, type: 'directory' },
  ];
}
