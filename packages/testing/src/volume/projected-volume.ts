import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TestingError } from '../errors.ts';
import { AtomicWriter, type WriteStep } from './atomic-writer.ts';
import type { VolumeFiles, VolumeLayout, VolumeOptions } from './options.ts';
import type { PayloadEntry } from './payload.ts';
import { PlainWriter, RenamingWriter } from './plain-writers.ts';
import { type SpoilKind, spoiled } from './spoil.ts';
import { SubPathWriter } from './sub-path-writer.ts';
import { makeTemporaryRoot, removeTemporaryRoot } from './temporary-root.ts';
import type { VolumeWriter } from './volume-writer.ts';

// Where every client looks for it, below the volume's root.
const MOUNT_PATH = 'var/run/secrets/kubernetes.io/serviceaccount';

/** A service-account volume that a test writes as the kubelet does; what `createProjectedVolume()` returns. */
export class ProjectedVolume implements Disposable {
  /** The volume's own temporary directory: what a container would have as `/`. */
  readonly root: string;
  /** The mount point: `<root>/var/run/secrets/kubernetes.io/serviceaccount`. */
  readonly directory: string;
  readonly #layout: VolumeLayout;
  readonly #mode: number;
  #writer: VolumeWriter;
  #files = new Map<string, PayloadEntry>();

  /** @internal */
  constructor(options: VolumeOptions = {}) {
    this.#layout = options.layout ?? 'projected';
    const createWriter = writerOf(this.#layout);
    this.root = makeTemporaryRoot(options.parent);
    this.directory = join(this.root, MOUNT_PATH);
    this.#mode = options.mode ?? 0o644;
    this.#writer = createWriter(this.directory, join(this.root, 'source'));
    if (options.symlinked) {
      mkdirSync(dirname(this.directory), { recursive: true });
      mkdirSync(join(this.root, 'mounted'));
      symlinkSync(join(this.root, 'mounted'), this.directory);
    } else if (!options.missing) mkdirSync(this.directory, { recursive: true });
    if (options.files) this.write(options.files);
  }

  /** Path of the token. */
  get tokenFile(): string {
    return join(this.directory, 'token');
  }

  /** Path of `ca.crt`. */
  get caFile(): string {
    return join(this.directory, 'ca.crt');
  }

  /** Path of the namespace file. */
  get namespaceFile(): string {
    return join(this.directory, 'namespace');
  }

  /** Writes these files over those of before, by the layout's rule. False if the bytes were the same: nothing is touched. */
  write(files: VolumeFiles): boolean {
    this.#merge(files);
    return this.#writer.write(this.#files, this.#mode);
  }

  /**
   * The AtomicWriter's steps one by one: the test decides what happens between them.
   *
   * @throws {TestingError} on a layout other than `projected`
   */
  writeSteps(files: VolumeFiles): Generator<WriteStep, void, undefined> {
    if (!(this.#writer instanceof AtomicWriter)) {
      throw new TestingError(
        'ERR_KUBEFRESH_TESTING_INVALID_OPTION',
        `writeSteps(): layout ${this.#layout} has no steps`,
      );
    }
    this.#merge(files);
    return this.#writer.steps(new Map(this.#files), this.#mode);
  }

  /** Truncates the files that stand there now and writes these bytes into them: what a shell redirect does. */
  writeInPlace(files: VolumeFiles): void {
    this.#merge(files);
    for (const file of Object.keys(files)) {
      const entry = this.#files.get(file);
      if (typeof entry === 'string' || entry instanceof Uint8Array) writeFileSync(this.#writer.pathOf(file), entry);
    }
  }

  /** Writes the first part of a token in place; calling the result writes the whole. `share` is 0 to 1, default 0.5. */
  writePartially(token: NonNullable<VolumeFiles['token']>, share = 0.5): () => void {
    const bytes = Buffer.from(bytesOf(token));
    this.writeInPlace({ token: bytes.subarray(0, Math.floor(bytes.byteLength * share)) });
    return () => this.writeInPlace({ token: bytes });
  }

  /** Puts something bad in a file's place, by the layout's rule. The next `write` of that file heals it. */
  spoil(kind: SpoilKind, file = 'token'): void {
    const good = this.#files.get(file);
    // A second fault after a directory or a FIFO finds no bytes there.
    const bytes = typeof good === 'string' || good instanceof Uint8Array ? good : '';
    const entry = spoiled(kind, Buffer.from(bytes).toString());
    if (entry === undefined) this.#files.delete(file);
    else this.#files.set(file, entry);
    this.#writer.write(this.#files, this.#mode);
  }

  /** Removes the whole directory. */
  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Creates the directory again and writes the last files, or these, into it. */
  recreate(files: VolumeFiles = {}): void {
    mkdirSync(this.directory, { recursive: true });
    this.write(files);
  }

  /** From now on writes go to another volume mounted over this one: who had it open sees the old files for ever. */
  overMount(): void {
    this.#writer = new AtomicWriter(join(this.root, 'over-mounted'));
  }

  /** Changes the mode of the files that stand there now. */
  chmod(mode: number): void {
    for (const file of this.#files.keys()) chmodSync(this.#writer.pathOf(file), mode);
  }

  /** Removes everything; the end of the process does so too. */
  [Symbol.dispose](): void {
    if (this.#writer instanceof SubPathWriter) this.#writer[Symbol.dispose]();
    removeTemporaryRoot(this.root);
  }

  #merge(files: VolumeFiles): void {
    for (const [file, value] of Object.entries(files)) {
      if (value === null || value === undefined) this.#files.delete(file);
      else this.#files.set(file, bytesOf(value));
    }
  }
}

type WriterOf = (directory: string, source: string) => VolumeWriter;

const WRITERS: Readonly<Record<VolumeLayout, WriterOf>> = {
  projected: (directory) => new AtomicWriter(directory),
  plain: (directory) => new PlainWriter(directory),
  csi: (directory) => new RenamingWriter(directory),
  subPath: (directory, source) => new SubPathWriter(directory, source),
};

function writerOf(layout: VolumeLayout): WriterOf {
  const create = WRITERS[layout] as WriterOf | undefined;
  if (create) return create;
  const known = Object.keys(WRITERS).join(', ');
  throw new TestingError(
    'ERR_KUBEFRESH_TESTING_INVALID_OPTION',
    `createProjectedVolume(): layout must be one of ${known}, got ${JSON.stringify(layout)}`,
  );
}

function bytesOf(value: NonNullable<VolumeFiles[string]>): string | Uint8Array {
  return typeof value === 'string' || value instanceof Uint8Array ? value : value.token;
}
