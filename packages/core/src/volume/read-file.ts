import { FileUnreadableError } from '../errors.ts';
import { closeSync, constants, fstatSync, openSync, readSync, statSync } from './fs.ts';

/** More than any token or CA bundle of a cluster, and little enough to be read in one go: 64 KiB, in bytes. */
const MOST_BYTES = 65_536;

/**
 * Reads one small file, blocking for microseconds and never longer: a FIFO or device in its place is refused, not waited on.
 * Synchronous on purpose: 6 us against 98 us for the promise form, and the thread pool may be busy with the host's work.
 *
 * @throws FileUnreadableError saying what is there instead, or which permission is missing.
 */
export function readSmallFile(path: string): string {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw unreadable(path, error);
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw new FileUnreadableError(path, `${path} is no regular file but ${kindOf(stat)}.`);
    if (stat.size > MOST_BYTES) throw tooLarge(path);
    return readToEnd(path, fd, stat.size);
  } catch (error) {
    throw error instanceof FileUnreadableError ? error : unreadable(path, error);
  } finally {
    closeSync(fd);
  }
}

/** To the end, not to the size: a file may be growing, and some FUSE file systems say 0. */
function readToEnd(path: string, fd: number, size: number): string {
  // Own memory, not Buffer's shared pool, where the bytes would stay for others to find; one byte more, to see the end.
  let buffer = Buffer.allocUnsafeSlow(size + 1);
  let length = 0;
  for (;;) {
    const read = readSync(fd, buffer, length, buffer.length - length, length);
    length += read;
    if (length > MOST_BYTES) throw tooLarge(path);
    if (read === 0) return buffer.toString('utf8', 0, length);
    if (length === buffer.length) buffer = Buffer.concat([buffer], MOST_BYTES + 1);
  }
}

function tooLarge(path: string): FileUnreadableError {
  return new FileUnreadableError(
    path,
    `${path} is larger than ${MOST_BYTES} bytes, so it holds no token or CA bundle.`,
  );
}

function kindOf(stat: { isDirectory(): boolean; isFIFO(): boolean; isSocket(): boolean }): string {
  if (stat.isDirectory()) return 'a directory';
  if (stat.isFIFO()) return 'a FIFO';
  return stat.isSocket() ? 'a socket' : 'a device';
}

/** What to do about each refusal of the system. */
function unreadable(path: string, cause: unknown): FileUnreadableError {
  const code = (cause as NodeJS.ErrnoException).code;
  const hints: Record<string, string | undefined> = {
    ENOENT:
      'does not exist. In a pod: is automountServiceAccountToken false, or the projected volume mounted elsewhere? ' +
      'It is taken as soon as it appears.',
    EACCES: `cannot be read by this process (uid ${process.getuid?.() ?? '?'})${ownerOf(path)}. ${PERMISSION_HINT}`,
    EPERM: `cannot be read by this process (uid ${process.getuid?.() ?? '?'})${ownerOf(path)}. ${PERMISSION_HINT}`,
    ENXIO: 'is a socket, no regular file.',
    ELOOP: 'is a chain of symbolic links without end.',
    EMFILE: 'cannot be opened: this process has too many open files (see ulimit -n).',
    ENFILE: 'cannot be opened: the machine has too many open files.',
  };
  const hint = (code !== undefined && hints[code]) || `cannot be read (${code ?? String(cause)}).`;
  return new FileUnreadableError(path, `${path} ${hint}`, { cause });
}

/** kubernetes/kubernetes#74565, #78816, #82573: the kubelet writes 0600 for a lone runAsUser, 0640 with fsGroup. */
const PERMISSION_HINT =
  "Set the pod's securityContext.fsGroup, or the same runAsUser in all its containers, and leave defaultMode alone.";

function ownerOf(path: string): string {
  try {
    const { mode, uid, gid } = statSync(path);
    return `: mode ${(mode & 0o777).toString(8).padStart(4, '0')}, owner ${uid}:${gid}`;
  } catch {
    return '';
  }
}
