import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Header, type Pack, pack } from 'tar-stream';
import type { ImageEntry } from './entries.ts';

/** An uncompressed layer on disk. */
export interface Layer {
  readonly file: string;
  /** Hex sha256 of the file, which names the layer. */
  readonly sha256: string;
}

/** Writes entries as a tar that a container runtime takes as a layer. All files belong to root, all times are 0. */
export async function writeLayer(file: string, entries: readonly ImageEntry[]): Promise<Layer> {
  const hash = createHash('sha256');
  const hashing = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const archive = pack();
  await Promise.all([addAll(archive, withParents(entries)), pipeline(archive, hashing, createWriteStream(file))]);
  return { file, sha256: hash.digest('hex') };
}

/** As {@link writeLayer}, unless the file is there already. */
export async function cachedLayer(file: string, entries: () => Promise<readonly ImageEntry[]>): Promise<Layer> {
  const sumFile = `${file}.sha256`;
  const known = await readFile(sumFile, 'utf8').catch(() => undefined);
  if (known !== undefined) return { file, sha256: known };
  const { sha256 } = await writeLayer(`${file}.partial`, await entries());
  await rename(`${file}.partial`, file);
  await writeFile(sumFile, sha256);
  return { file, sha256 };
}

async function addAll(archive: Pack, entries: readonly ImageEntry[]): Promise<void> {
  for (const entry of entries) {
    const name = entry.path.slice(1);
    const common = { name, mode: entry.mode, mtime: new Date(0) };
    if (entry.type === 'directory') archive.entry({ ...common, type: 'directory' });
    else if (entry.type === 'link') archive.entry({ ...common, type: 'symlink', linkname: entry.target });
    else if ('content' in entry) archive.entry(common, entry.content);
    else await addFile(archive, common, entry.source);
  }
  archive.finalize();
}

/** Streams a file of this machine into an archive. */
export async function addFile(
  archive: Pack,
  header: Partial<Header> & Pick<Header, 'name'>,
  source: string,
): Promise<void> {
  const { size } = await stat(source);
  await pipeline(createReadStream(source), archive.entry({ ...header, size }));
}

/** Adds the directories that the entries lie in, each once and before what is in it. */
function withParents(entries: readonly ImageEntry[]): ImageEntry[] {
  const seen = new Set(['/']);
  const result: ImageEntry[] = [];
  const add = (entry: ImageEntry) => {
    if (seen.has(entry.path)) return;
    const parent = dirname(entry.path);
    if (!seen.has(parent)) add({ path: parent, mode: 0o755, type: 'directory' });
    seen.add(entry.path);
    result.push(entry);
  };
  for (const entry of entries) add(entry);
  return result;
}
