import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** One file, directory or symbolic link of an image. */
export type ImageEntry = {
  /** Absolute path in the image. */
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
} & (
  | { readonly type: 'directory' }
  | { readonly type: 'link'; readonly target: string }
  /** A file of this machine, or its content. */
  | { readonly type: 'file'; readonly source: string }
  | { readonly type: 'file'; readonly content: string | Buffer }
);

/** Everything in a directory, placed at `path` of the image. Sorted, so that equal trees make equal layers. */
export function treeEntries(directory: string, path: string): ImageEntry[] {
  const here: ImageEntry = { path, mode: 0o755, type: 'directory' };
  return [
    here,
    ...readdirSync(directory)
      .sort()
      .flatMap((name) => entriesOf(join(directory, name), join(path, name))),
  ];
}

/** One file of this machine, with links in it followed. */
export function fileEntry(source: string, path: string, mode = 0o644): ImageEntry {
  return { path, mode, type: 'file', source };
}

/** A text file. */
export function textEntry(path: string, content: string, mode = 0o644): ImageEntry {
  return { path, mode, type: 'file', content };
}

function entriesOf(source: string, path: string): ImageEntry[] {
  const stat = lstatSync(source);
  const mode = stat.mode & 0o777;
  if (stat.isDirectory()) return treeEntries(source, path);
  if (stat.isSymbolicLink()) return [{ path, mode, type: 'link', target: readlinkSync(source) }];
  return [{ path, mode, type: 'file', source }];
}
