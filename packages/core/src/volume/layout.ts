import { dirname, isAbsolute, join, resolve } from 'node:path';
import { InvalidOptionError } from '../errors.ts';

/** Where the kubelet mounts the volume (plugin/pkg/admission/serviceaccount: DefaultAPITokenMountPath). */
export const DEFAULT_DIRECTORY = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The link that the kubelet's AtomicWriter renames to commit a new set of files (pkg/volume/util/atomic_writer.go). */
export const DATA_LINK = '..data';

/** The files of one volume, as absolute paths. */
export interface VolumeFiles {
  readonly directory: string;
  /** `<directory>/..data`. */
  readonly dataLink: string;
  readonly token: string;
  /** Undefined where the caller said that there is none. */
  readonly ca: string | undefined;
  readonly namespace: string | undefined;
}

/** Which files: each is a name below the directory or an absolute path; `false`: there is none. */
export interface LayoutOptions {
  /** The volume's directory. Default: that of an absolute `tokenFile`, else where the kubelet mounts it. */
  directory?: string;
  /** Default `'token'`. */
  tokenFile?: string;
  /** Default `'ca.crt'`. */
  caFile?: string | false;
  /** Default `'namespace'`. */
  namespaceFile?: string | false;
}

/**
 * Resolves the names of a volume's files.
 * @throws InvalidOptionError for a name that is empty, which would stand for the working directory, or no text.
 */
export function layout(options: LayoutOptions): VolumeFiles {
  const { tokenFile = 'token', caFile = 'ca.crt', namespaceFile = 'namespace' } = options;
  checkName('directory', options.directory ?? DEFAULT_DIRECTORY);
  checkName('tokenFile', tokenFile);
  if (caFile !== false) checkName('caFile', caFile);
  if (namespaceFile !== false) checkName('namespaceFile', namespaceFile);
  const directory = resolve(options.directory ?? (isAbsolute(tokenFile) ? dirname(tokenFile) : DEFAULT_DIRECTORY));
  return {
    directory,
    dataLink: join(directory, DATA_LINK),
    token: resolve(directory, tokenFile),
    ca: caFile === false ? undefined : resolve(directory, caFile),
    namespace: namespaceFile === false ? undefined : resolve(directory, namespaceFile),
  };
}

function checkName(option: keyof LayoutOptions, name: unknown): void {
  if (typeof name === 'string' && name !== '') return;
  throw new InvalidOptionError(option, `${option} is ${JSON.stringify(name)}; it is a path, or left out.`);
}
