import { execFileSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';

/** What may stand under a name: bytes, or a thing that is no regular file. */
export type PayloadEntry = string | Uint8Array | { readonly special: 'directory' | 'fifo' };

/** File names and what stands under them. */
export type Payload = ReadonlyMap<string, PayloadEntry>;

/** Creates one entry and gives it its mode, as the AtomicWriter does: written first, then chmod'ed. */
export function putEntry(path: string, entry: PayloadEntry, mode: number): void {
  if (isBytes(entry)) writeFileSync(path, entry);
  else if (entry.special === 'directory') mkdirSync(path);
  // Node has no mkfifo.
  else execFileSync('mkfifo', [path]);
  chmodSync(path, mode);
}

/** Puts an entry in the place of whatever is there: bytes over bytes in place, anything else anew. */
export function replaceEntry(path: string, entry: PayloadEntry, mode: number): void {
  // Asked first: opening a FIFO to write it would block until somebody reads.
  const inPlace = isBytes(entry) && lstatSync(path, { throwIfNoEntry: false })?.isFile();
  if (!inPlace) rmSync(path, { recursive: true, force: true });
  putEntry(path, entry, mode);
}

/** Whether two payloads hold the same bytes under the same names. */
export function samePayload(a: Payload, b: Payload): boolean {
  if (a.size !== b.size) return false;
  return [...a].every(([name, entry]) => {
    const other = b.get(name);
    return other !== undefined && sameEntry(entry, other);
  });
}

function sameEntry(a: PayloadEntry, b: PayloadEntry): boolean {
  if (isBytes(a) && isBytes(b)) return Buffer.from(a).equals(Buffer.from(b));
  return !isBytes(a) && !isBytes(b) && a.special === b.special;
}

/** Whether an entry is something else than a regular file. */
export function isSpecial(entry: PayloadEntry): boolean {
  return !isBytes(entry);
}

function isBytes(entry: PayloadEntry): entry is string | Uint8Array {
  return typeof entry === 'string' || entry instanceof Uint8Array;
}
