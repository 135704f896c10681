import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fileEntry, type ImageEntry } from './entries.ts';

const run = promisify(execFile);

/** Where images have Node. */
export const NODE_PATH = '/usr/local/bin/node';

/** This process's Node and the shared libraries it loads, at the paths where this machine has them. */
export async function nodeRuntimeEntries(): Promise<ImageEntry[]> {
  const { stdout } = await run('ldd', [process.execPath]);
  // "libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)", and the loader alone: "/lib64/ld-linux-x86-64.so.2 (0x…)".
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path);
  return [
    fileEntry(process.execPath, NODE_PATH, 0o755),
    ...libraries.map((path) => fileEntry(path, path, 0o755)),
    // For tests and people who exec into a pod; any program may want it.
    { path: '/tmp', mode: 0o1777, type: 'directory' },
  ];
}
