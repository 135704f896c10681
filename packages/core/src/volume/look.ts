import type { BigIntStats } from 'node:fs';
import { dirname } from 'node:path';
import { systemClock } from '../clock.ts';
import { statSync } from './fs.ts';
import type { VolumeFiles } from './layout.ts';
import { linkTarget } from './snapshot.ts';

/**
 * A file changed less than this ago, ms, may change again without a trace in its time stamps: the kernel's clock for them
 * ticks every 4 ms (CONFIG_HZ=250) or 10 ms (HZ=100). Git calls such an entry "racily clean".
 */
const RACY = 20;

/**
 * Tells whether a volume may have changed since it was last read, for about a microsecond: for the kubelet's volume by the
 * target of `..data`, which has another random name after each swap; for other files by their inode and time stamps.
 */
export class Look {
  readonly #files: VolumeFiles;
  /** Files that no `..data` covers, even where there is one. */
  readonly #outside: readonly string[];
  readonly #all: readonly string[];
  #seen: string | undefined;

  constructor(files: VolumeFiles) {
    this.#files = files;
    this.#all = [files.token, files.ca, files.namespace].filter((path) => path !== undefined);
    this.#outside = this.#all.filter((path) => dirname(path) !== files.directory);
  }

  /** Whether what is there differs from what was there at the last call that answered true. */
  changed(): boolean {
    const revision = this.#revision();
    if (revision !== undefined && revision === this.#seen) return false;
    this.#seen = revision;
    return true;
  }

  /** What is there now, or undefined where that cannot be told apart from what may come next. */
  #revision(): string | undefined {
    const target = linkTarget(this.#files.dataLink);
    if (target !== undefined && this.#outside.length === 0) return target;
    let revision = target ?? '';
    for (const path of target === undefined ? this.#all : this.#outside) {
      const stamp = stampOf(path);
      if (stamp === undefined) return undefined;
      revision += `|${stamp}`;
    }
    return revision;
  }
}

function stampOf(path: string): string | undefined {
  let stat: BigIntStats;
  try {
    stat = statSync(path, { bigint: true });
  } catch {
    // Absent, or behind a directory that we may not search.
    return 'out of reach';
  }
  // The file's times are the machine's wall clock, whatever clock the source was given.
  if (Math.abs(systemClock.now() - Number(stat.ctimeMs)) < RACY) return undefined;
  return `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`;
}
