import { randomInt } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../clock.ts';
import { type Payload, putEntry, samePayload } from './payload.ts';
import type { VolumeWriter } from './volume-writer.ts';

/** The steps of one write, in order; each names what has just been done. */
export type WriteStep = 'directory' | 'files' | 'data_tmp' | 'commit' | 'links' | 'cleanup';

const DATA = '..data';
const DATA_TMP = '..data_tmp';

/** Writes a volume as the kubelet does (`pkg/volume/util/atomic_writer.go`): all files change in one rename. */
export class AtomicWriter implements VolumeWriter {
  readonly #directory: string;
  #written: Payload = new Map();

  constructor(directory: string) {
    this.#directory = directory;
  }

  write(payload: Payload, mode: number): boolean {
    return [...this.steps(payload, mode)].length > 0;
  }

  /** The same step by step: the caller decides what happens in between. Equal bytes: no step at all. */
  *steps(payload: Payload, mode: number): Generator<WriteStep, void, undefined> {
    const before = this.#linked();
    if (before !== undefined && samePayload(payload, this.#written)) return;
    mkdirSync(this.#directory, { recursive: true });
    const name = this.#timestamped();
    mkdirSync(join(this.#directory, name));
    chmodSync(join(this.#directory, name), 0o755);
    yield 'directory';
    for (const [file, entry] of payload) putEntry(join(this.#directory, name, file), entry, mode);
    yield 'files';
    rmSync(join(this.#directory, DATA_TMP), { force: true });
    symlinkSync(name, join(this.#directory, DATA_TMP));
    yield 'data_tmp';
    renameSync(join(this.#directory, DATA_TMP), join(this.#directory, DATA));
    const removed = [...this.#written.keys()].filter((file) => !payload.has(file));
    this.#written = new Map(payload);
    yield 'commit';
    for (const file of payload.keys()) this.#link(file);
    for (const file of removed) rmSync(join(this.#directory, file), { recursive: true, force: true });
    yield 'links';
    if (before !== undefined) rmSync(join(this.#directory, before), { recursive: true, force: true });
    yield 'cleanup';
  }

  /** Where the present files really are. */
  pathOf(file: string): string {
    return join(this.#directory, DATA, file);
  }

  #linked(): string | undefined {
    const path = join(this.#directory, DATA);
    return existsSync(path) ? readlinkSync(path) : undefined;
  }

  #link(file: string): void {
    const path = join(this.#directory, file);
    if (lstatSync(path, { throwIfNoEntry: false })) return;
    symlinkSync(join(DATA, file), path);
  }

  // Go's layout "..2006_01_02_15_04_05." and what mkdtemp appends.
  #timestamped(): string {
    const stamp = new Date(systemClock.now()).toISOString().slice(0, 19).replace(/[-T:]/g, '_');
    return `..${stamp}.${randomInt(1_000_000_000, 4_294_967_295)}`;
  }
}
