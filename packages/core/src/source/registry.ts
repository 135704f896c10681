import type { Clock } from '../clock.ts';
import type { TokenFormat } from '../token/parse.ts';
import { realpathSync } from '../volume/fs.ts';
import type { VolumeFiles } from '../volume/layout.ts';
import { VolumeEngine } from './volume-engine.ts';

interface Shared {
  readonly engine: VolumeEngine;
  handles: number;
}

/** The engines at work, by clock and by what they read. */
const engines = new WeakMap<Clock, Map<string, Shared>>();

/**
 * The engine for these files: an existing one where the same files (by the directory's real path) are read in the same
 * format on the same clock, else a new one. It ends with the last handle that releases it; a handle dropped unclosed keeps
 * it, which costs one watcher for the directory however many are dropped.
 */
export function sharedEngine(
  files: VolumeFiles,
  format: TokenFormat,
  clock: Clock,
  pollInterval: number,
): VolumeEngine {
  const key = keyOf(files, format);
  const shared = engines.get(clock) ?? new Map<string, Shared>();
  engines.set(clock, shared);
  let entry = shared.get(key);
  if (entry === undefined) {
    const engine = new VolumeEngine(files, format, clock, () => release(shared, key));
    entry = { engine, handles: 0 };
    shared.set(key, entry);
  }
  entry.handles += 1;
  entry.engine.poll(pollInterval);
  return entry.engine;
}

function release(shared: Map<string, Shared>, key: string): void {
  const entry = shared.get(key);
  if (entry === undefined) return;
  entry.handles -= 1;
  if (entry.handles > 0) return;
  shared.delete(key);
  entry.engine.close();
}

function keyOf({ directory, token, ca, namespace }: VolumeFiles, format: TokenFormat): string {
  let real = directory;
  try {
    real = realpathSync(directory);
  } catch {
    // Not there yet: the path as it is written has to do.
  }
  const names = [token, ca, namespace].map((path) =>
    path?.startsWith(`${directory}/`) ? path.slice(directory.length) : path,
  );
  return JSON.stringify([real, ...names, format]);
}
