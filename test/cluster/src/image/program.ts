import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fileEntry, type ImageEntry } from './entries.ts';

const run = promisify(execFile);

/**
 * A program of this machine at a path of the image, and the shared libraries it loads at the paths where this machine has
 * them: `programEntries('/bin/tar', '/bin/tar')`.
 *
 * @throws Error if it is no program that `ldd` can read
 */
export async function programEntries(program: string, path: string): Promise<ImageEntry[]> {
  const { stdout } = await run('ldd', [program]);
  // "libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)", and the loader alone: "/lib64/ld-linux-x86-64.so.2 (0x…)".
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, library = '']) => library);
  return [fileEntry(program, path, 0o755), ...libraries.map((library) => fileEntry(library, library, 0o755))];
}
