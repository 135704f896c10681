import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import { addFile, type Layer } from './layer.ts';

/** How containers of an image run: members of the image specification's `config`, as in a Dockerfile. */
export interface ImageConfig {
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Env?: readonly string[];
  readonly WorkingDir?: string;
  /** Numeric, `uid` or `uid:gid`: the image has no passwd file. */
  readonly User?: string;
}

/** A container image: its layers, lowest first. */
export interface Image {
  /** E.g. `kubefresh.test/app:1`. */
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly config: ImageConfig;
}

/** Node's name for the machine, and Go's, which images use. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** Writes images as one archive of the kind that `docker save` writes: `docker load` and `ctr images import` take it. */
export async function writeArchive(file: string, images: readonly Image[]): Promise<void> {
  const archive = pack();
  const written = pipeline(archive, createWriteStream(file));
  const manifest = [];
  const layers = new Map(images.flatMap((image) => image.layers.map((layer) => [layer.sha256, layer] as const)));
  for (const layer of layers.values()) await addFile(archive, { name: layerName(layer) }, layer.file);
  for (const image of images) {
    const config = JSON.stringify(imageConfig(image));
    const name = `${createHash('sha256').update(config).digest('hex')}.json`;
    archive.entry({ name }, config);
    manifest.push({ Config: name, RepoTags: [image.name], Layers: image.layers.map(layerName) });
  }
  archive.entry({ name: 'manifest.json' }, JSON.stringify(manifest));
  archive.finalize();
  await written;
}

function layerName({ sha256 }: Layer): string {
  return `${sha256}/layer.tar`;
}

function imageConfig({ layers, config }: Image): object {
  return {
    architecture: ARCHITECTURES[process.arch] ?? process.arch,
    os: 'linux',
    config,
    rootfs: { type: 'layers', diff_ids: layers.map(({ sha256 }) => `sha256:${sha256}`) },
    history: layers.map(() => ({ created_by: 'kubefresh cluster fixture' })),
  };
}
