import { dirname, isAbsolute, join, resolve } from 'node:path';

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

/** Resolves the names of a volume's files. */
export function layout(options: LayoutOptions): VolumeFiles {
  const { tokenFile = 'token', caFile = 'ca.crt', namespaceFile = 'namespace' } = options;
  const directory = resolve(options.directory ?? (isAbsolute(tokenFile) ? dirname(tokenFile) : DEFAULT_DIRECTORY));
  return {
    directory,
    dataLink: join(directory, DATA_LINK),
    token: resolve(directory, tokenFile),
    ca: caFile === false ? undefined : resolve(directory, caFile),
    namespace: namespaceFile === false ? undefined : resolve(directory, namespaceFile),
  };
}
