import { closeSync, linkSync, mkdirSync, openSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { AtomicWriter } from './atomic-writer.ts';
import type { Payload } from './payload.ts';
import type { VolumeWriter } from './volume-writer.ts';

/**
 * What a container sees of `subPath` mounts: the very files of the first write, for ever. After the first swap they are
 * unlinked (`stat().nlink` is 0), and still readable. On Linux that is imitated by links to descriptors held open; a
 * bind mount would need privileges. Elsewhere by hard links, whose link count stays 1.
 */
export class SubPathWriter implements VolumeWriter, Disposable {
  readonly #directory: string;
  readonly #source: AtomicWriter;
  readonly #descriptors: number[] = [];
  #mounted = false;

  constructor(directory: string, source: string) {
    this.#directory = directory;
    this.#source = new AtomicWriter(source);
  }

  write(payload: Payload, mode: number): boolean {
    const changed = this.#source.write(payload, mode);
    if (!this.#mounted) this.#mount([...payload.keys()]);
    return changed;
  }

  pathOf(file: string): string {
    return join(this.#directory, file);
  }

  [Symbol.dispose](): void {
    for (const descriptor of this.#descriptors.splice(0)) closeSync(descriptor);
  }

  #mount(files: readonly string[]): void {
    mkdirSync(this.#directory, { recursive: true });
    for (const file of files) {
      if (process.platform === 'linux') {
        const descriptor = openSync(this.#source.pathOf(file), 'r');
        this.#descriptors.push(descriptor);
        symlinkSync(`/proc/${process.pid}/fd/${descriptor}`, join(this.#directory, file));
      } else {
        linkSync(this.#source.pathOf(file), join(this.#directory, file));
      }
    }
    this.#mounted = true;
  }
}
