import { lstatSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isSpecial, type Payload, putEntry, replaceEntry } from './payload.ts';
import type { VolumeWriter } from './volume-writer.ts';

/** Plain files that are overwritten in place: no `..data`, no atomicity. */
export class PlainWriter implements VolumeWriter {
  readonly #directory: string;
  #written = new Set<string>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  write(payload: Payload, mode: number): boolean {
    mkdirSync(this.#directory, { recursive: true });
    for (const [file, entry] of payload) this.put(join(this.#directory, file), entry, mode);
    for (const file of this.#written) {
      if (!payload.has(file)) rmSync(join(this.#directory, file), { recursive: true, force: true });
    }
    this.#written = new Set(payload.keys());
    return true;
  }

  pathOf(file: string): string {
    return join(this.#directory, file);
  }

  /** Brings one entry to its path. */
  protected put(...[path, entry, mode]: Parameters<typeof replaceEntry>): void {
    replaceEntry(path, entry, mode);
  }
}

/** Plain files of which each is renamed into place by itself, as some CSI drivers do. */
export class RenamingWriter extends PlainWriter {
  protected override put(...[path, entry, mode]: Parameters<typeof replaceEntry>): void {
    const temporary = `${path}.tmp`;
    putEntry(temporary, entry, mode);
    // A directory is the one thing that a file cannot be renamed over, nor the other way round.
    if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() || isSpecial(entry))
      rmSync(path, { recursive: true, force: true });
    renameSync(temporary, path);
  }
}
