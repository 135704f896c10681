import { FileUnreadableError, KubefreshError } from '../errors.ts';
import { readBundle } from './ca-bundle.ts';
import { readlinkSync } from './fs.ts';
import type { VolumeFiles } from './layout.ts';
import { readSmallFile } from './read-file.ts';

/** What one consistent read of a volume found; a file that could not be read stands as its error. */
export interface Snapshot {
  readonly token: string | KubefreshError;
  /** PEM of the certificates that could be parsed; undefined where the layout has no CA. */
  readonly ca: string | KubefreshError | undefined;
  readonly namespace: string | KubefreshError | undefined;
  /** False when the volume changed under each attempt: what was read may not belong together. */
  readonly consistent: boolean;
}

/** Two swaps can fall into one read; five in a row cannot be a kubelet, and the next event comes anyway. */
const ATTEMPTS = 5;

/**
 * Reads token, CA and namespace as one: the `..data` link must be the same before and after, for the kubelet swaps all three
 * with one rename of it (pkg/volume/util/atomic_writer.go). Files of another layout are simply read.
 */
export function readSnapshot(files: VolumeFiles): Snapshot {
  for (let attempt = 1; ; attempt += 1) {
    const before = linkTarget(files.dataLink);
    const token = orError(() => readSmallFile(files.token));
    const ca = optional(files.ca, readBundle);
    const namespace = optional(files.namespace, readNamespace);
    const consistent = before === linkTarget(files.dataLink);
    if (consistent || attempt === ATTEMPTS) return { token, ca, namespace, consistent };
  }
}

/** The target of a symbolic link; undefined where there is none. */
export function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function optional(path: string | undefined, read: (path: string) => string): string | KubefreshError | undefined {
  return path === undefined ? undefined : orError(() => read(path));
}

function orError(read: () => string): string | KubefreshError {
  try {
    return read();
  } catch (error) {
    if (KubefreshError.is(error)) return error;
    throw error;
  }
}

/** A name as the API server accepts it (RFC 1123 label): it becomes a part of URLs. */
const NAMESPACE = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/u;

function readNamespace(path: string): string {
  const name = readSmallFile(path).trim();
  if (NAMESPACE.test(name)) return name;
  throw new FileUnreadableError(
    path,
    `${path} holds no name of a namespace; the one held before, if any, stays in use.`,
  );
}
