import { basename, dirname } from 'node:path';
import { setImmediate } from 'node:timers';
import type { FSWatcher } from 'chokidar';
import { realpathSync, statSync } from './fs.ts';
import { DATA_LINK, type VolumeFiles } from './layout.ts';

/** What the owner of a watch is told. */
export interface WatchListener {
  /** Something happened in the directory; what, is for a look to find out. */
  changed(): void;
  /** Watching failed (ENOSPC, EMFILE, …) and has been given up until `arm()` is called again. */
  failed(error: NodeJS.ErrnoException): void;
}

// Held from import on: a test's fake timers stop nothing.
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** chokidar lets these override its options for the whole process; they are the host program's business, not ours. */
const HOST_OVERRIDES = ['CHOKIDAR_USEPOLLING', 'CHOKIDAR_INTERVAL'] as const;

/**
 * File events of a volume's directories. It makes a change known fast, and nothing depends on it: whoever owns it polls.
 *
 * chokidar's `raw` is what tells (p50 < 0.1 ms, none missed in 200 swaps); its `all` is throttled to one change a path per
 * 50 ms and missed a fifth, but also comes when chokidar re-reads a directory. So any event of either means: look.
 */
export class Watch {
  readonly #files: VolumeFiles;
  readonly #listener: WatchListener;
  #watcher: FSWatcher | undefined;
  #ready = false;
  /** The directories being watched, as device and inode: another one at the same path needs another watch. */
  #armedFor = '';

  constructor(files: VolumeFiles, listener: WatchListener) {
    this.#files = files;
    this.#listener = listener;
  }

  /** Whether events come. chokidar begins to watch some milliseconds after it was told to. */
  get armed(): boolean {
    return this.#ready;
  }

  /** Starts watching, or starts anew where a directory was replaced; does nothing where all is well or nothing is there. */
  arm(): void {
    const directories = this.#directories();
    const identity = directories.map(identityOf).join();
    if (identity === this.#armedFor) return;
    this.close();
    if (directories.length === 0) return;
    this.#armedFor = identity;
    void this.#start(directories, identity);
  }

  close(): void {
    const watcher = this.#watcher;
    this.#watcher = undefined;
    this.#ready = false;
    this.#armedFor = '';
    // It only releases handles; there is nobody to tell should that fail.
    watcher?.close().catch(() => {});
  }

  async #start(directories: readonly string[], identity: string): Promise<void> {
    const names = new Set([DATA_LINK, ...this.#paths().map((path) => basename(path))]);
    try {
      // Loaded here, and in a turn of its own: 8 ms and 5 MB of a program's start, of which whoever opens a source, and sends
      // the first request, need not wait for any.
      await nextTurn();
      const { watch } = await import('chokidar');
      // Closed meanwhile, or armed once more.
      if (this.#armedFor !== identity || this.#watcher !== undefined) return;
      const watcher = withoutHostOverrides(() =>
        watch([...directories], {
          // A done program may exit.
          persistent: false,
          followSymlinks: false,
          atomic: false,
          ignoreInitial: true,
          // The directory itself, the link that is renamed, and the files: not the kubelet's data directories.
          ignored: (path) => !directories.includes(path) && !names.has(basename(path)),
        }),
      );
      this.#watcher = watcher;
      const changed = () => {
        if (this.#watcher === watcher) this.#listener.changed();
      };
      watcher.on('raw', changed);
      watcher.on('all', changed);
      watcher.on('ready', () => {
        if (this.#watcher !== watcher) return;
        this.#ready = true;
        // Of what changed since `arm()` no event tells.
        this.#listener.changed();
      });
      watcher.on('error', (error) => this.#fail(watcher, error as NodeJS.ErrnoException));
    } catch (error) {
      this.#fail(this.#watcher, error as NodeJS.ErrnoException);
    }
  }

  #fail(watcher: FSWatcher | undefined, error: NodeJS.ErrnoException): void {
    if (this.#watcher !== watcher) return;
    // After an error chokidar stays blind without a word: better none than one that is trusted.
    this.close();
    this.#listener.failed(error);
  }

  #paths(): string[] {
    return [this.#files.token, this.#files.ca, this.#files.namespace].filter((path) => path !== undefined);
  }

  /** The directories of the files, links resolved, since events come by real path; without those that are not there. */
  #directories(): string[] {
    const real = new Set<string>();
    for (const directory of new Set([this.#files.directory, ...this.#paths().map((path) => dirname(path))])) {
      try {
        real.add(realpathSync(directory));
      } catch {
        // Not there (yet): `arm()` is called again with each poll.
      }
    }
    return [...real];
  }
}

function identityOf(directory: string): string {
  try {
    const { dev, ino } = statSync(directory);
    return `${directory}=${dev}:${ino}`;
  } catch {
    // Gone since its path was resolved: nothing that could equal the next one.
    return '';
  }
}

/** Runs `start`, which is synchronous, so nobody else in this thread sees the environment without the variables. */
function withoutHostOverrides<Result>(start: () => Result): Result {
  const set = HOST_OVERRIDES.filter((name) => process.env[name] !== undefined);
  const values = set.map((name) => process.env[name]);
  for (const name of set) delete process.env[name];
  try {
    return start();
  } finally {
    for (const [index, name] of set.entries()) process.env[name] = values[index];
  }
}
