import type { MintedToken } from '../server/auth/minted-token.ts';

/** The files of a service-account volume, and any others. `null` takes one out. */
export interface VolumeFiles {
  /** A token's text, or a minted one. */
  readonly token?: string | Uint8Array | MintedToken | null;
  /** The CA bundle, PEM: `server.caBundle`. */
  readonly 'ca.crt'?: string | Uint8Array | null;
  /** The pod's namespace. */
  readonly namespace?: string | Uint8Array | null;
  /** Any other file, by its name. */
  readonly [file: string]: string | Uint8Array | MintedToken | null | undefined;
}

/**
 * How files come into the directory:
 * `projected` the kubelet's AtomicWriter (`..data`), `plain` overwritten in place, `csi` each renamed into place by
 * itself, `subPath` the first files for ever.
 */
export type VolumeLayout = 'projected' | 'plain' | 'csi' | 'subPath';

/** How `createProjectedVolume` creates a volume. */
export interface VolumeOptions {
  /** What to write at once. Without it the directory is created and empty. */
  readonly files?: VolumeFiles;
  /** Default `projected`. */
  readonly layout?: VolumeLayout;
  /** Mode of the files. Default 0644 (no runAsUser); 0600 for one runAsUser, 0640 for fsGroup. */
  readonly mode?: number;
  /** Leaves the directory out until the first write. Default false. */
  readonly missing?: boolean;
  /** Makes `directory` a symbolic link to where the files are. Default false. */
  readonly symlinked?: boolean;
  /**
   * An existing directory in which to make the volume's own root. Default: `/dev/shm` where there is one, since the
   * kubelet's volume is a tmpfs too; else the directory for temporary files.
   */
  readonly parent?: string;
}
