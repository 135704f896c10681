import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureBinaries } from '../build/build.ts';
import { binaryDirectory } from '../build/cache.ts';
import { withLock } from '../machine/lock.ts';
import { type Image, type ImageConfig, writeArchive } from './archive.ts';
import { fileEntry, type ImageEntry } from './entries.ts';
import { cachedLayer, type Layer, writeLayer } from './layer.ts';
import { NODE_PATH, nodeRuntimeEntries } from './node-runtime.ts';

/** Node of this process and nothing else; runs what a pod's command says. */
export const NODE_IMAGE = `kubefresh.test/node:${process.versions.node}`;

/** Holds a pod's namespaces. */
export const PAUSE_IMAGE = 'kubefresh.test/pause:1';

/** What goes into an image on top of Node. */
export interface ImageOptions {
  /** E.g. `kubefresh.test/fetch:1`. */
  readonly name: string;
  readonly entries: readonly ImageEntry[];
  readonly config?: ImageConfig;
}

/**
 * Writes an image, Node below and the entries on top, as an archive for `docker load` or `ctr images import`.
 *
 * @param file where to write it; its layer is written beside it for a moment
 */
export async function buildImage(file: string, { name, entries, config = {} }: ImageOptions): Promise<void> {
  const { nodeLayer } = await ensureBaseImages();
  const layerFile = `${file}.layer`;
  try {
    const layer = await writeLayer(layerFile, entries);
    const command = { Entrypoint: [NODE_PATH], ...config };
    await writeArchive(file, [{ name, layers: [nodeLayer, layer], config: command }]);
  } finally {
    await rm(layerFile, { force: true });
  }
}

/** The two images that every node has, and Node's layer for those built on top. */
export interface BaseImages {
  /** Of the cache, for these images and this Node. */
  readonly directory: string;
  readonly archive: string;
  readonly nodeLayer: Layer;
}

/** Builds {@link NODE_IMAGE} and {@link PAUSE_IMAGE} into the cache, unless they lie there already (about 1 s). */
export async function ensureBaseImages(): Promise<BaseImages> {
  const { pause } = await ensureBinaries('node', () => {});
  const directory = join(binaryDirectory(), `images-node${process.versions.node}`);
  await mkdir(directory, { recursive: true });
  const archive = join(directory, 'base.tar');
  const nodeLayerFile = join(directory, 'node-layer.tar');
  return withLock(join(directory, 'writing.lock'), async () => {
    const nodeLayer = await cachedLayer(nodeLayerFile, nodeRuntimeEntries);
    if (!existsSync(archive)) {
      const pauseLayer = await writeLayer(join(directory, 'pause-layer.tar'), [fileEntry(pause, '/pause', 0o755)]);
      const images: Image[] = [
        { name: NODE_IMAGE, layers: [nodeLayer], config: { Entrypoint: [NODE_PATH] } },
        { name: PAUSE_IMAGE, layers: [pauseLayer], config: { Entrypoint: ['/pause'] } },
      ];
      await writeArchive(`${archive}.partial`, images);
      await rename(`${archive}.partial`, archive);
    }
    return { directory, archive, nodeLayer };
  });
}
