import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, glob, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Binaries } from '../build/binaries.ts';
import { ensureBaseImages } from '../image/build-image.ts';
import { withLock } from '../machine/lock.ts';
import { removeCluster } from '../machine/remove.ts';
import { StateDirectory } from '../machine/state.ts';
import { Containerd, containerdRoot } from './containerd.ts';
import { startNamespaces } from './namespaces.ts';

const run = promisify(execFile);

/**
 * A root directory of containerd's with the base images in it, made once (about 4 s): to import them takes each node more
 * than two seconds of a core, to link the files a few ms.
 *
 * @returns its path in the cache
 */
export async function ensureImageStore(binaries: Binaries): Promise<string> {
  const { archive, directory } = await ensureBaseImages();
  const store = join(directory, 'containerd');
  await withLock(join(directory, 'store.lock'), async () => {
    if (!existsSync(store)) await fillStore(store, binaries, archive);
  });
  return store;
}

/**
 * Gives a node's containerd the images of a store. Before {@link startNamespaces}: that makes the cluster's directory a mount,
 * and a link leads out of none.
 */
export async function placeImages(store: string, state: StateDirectory): Promise<void> {
  const root = containerdRoot(state);
  await run('cp', ['-a', '-l', store, root]).catch(async () => {
    // The cache is on another filesystem, where no link leads.
    await rm(root, { recursive: true, force: true });
    await run('cp', ['-a', store, root]);
  });
  // Images are never written again; these are, in place.
  for await (const name of glob('*/*.db', { cwd: root })) {
    await rm(join(root, name));
    await copyFile(join(store, name), join(root, name));
  }
}

async function fillStore(store: string, binaries: Binaries, archive: string): Promise<void> {
  const state = StateDirectory.create('node', 'test');
  const partial = `${store}.partial`;
  try {
    const containerd = await Containerd.start(state, binaries, await startNamespaces(state));
    await containerd.importImages(archive);
    // Its databases are whole at any moment, but not under a copy while they are written.
    await containerd.kill();
    await rm(partial, { recursive: true, force: true });
    await run('cp', ['-a', containerdRoot(state), partial]);
    await rename(partial, store);
  } finally {
    await removeCluster(state);
  }
}
