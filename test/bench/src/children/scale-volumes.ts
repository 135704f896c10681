/** Opens many volumes in one of several ways, and tells how long that took and what it costs to keep them. */
import { readFileSync, watch as watchNatively } from 'node:fs';
import { join } from 'node:path';
import { volumeSource } from '@kubefresh/core';
import { watch as watchWithChokidar } from 'chokidar';
import { answer, input } from '../child.ts';
import { memoryGrownFrom, memoryInUse } from '../memory.ts';

/** What the parent asks for. */
export interface ScaleVolumesInput {
  readonly way: 'kubefresh' | 'fs.watch' | 'chokidar';
  readonly directories: readonly string[];
  /** How long to sit still while the processor time is counted, ms; 0: not at all. */
  readonly idle: number;
}

/** What it took. */
export interface ScaleReport {
  /** Until each token is at hand, ms. */
  readonly held: number;
  /** Until each is watched, too, ms. */
  readonly ready: number;
  /** The resident set more than before, with garbage collected, MB. */
  readonly memory: number;
  /** The heap and what hangs from it more than before, with garbage collected, MB. */
  readonly heap: number;
  /** Processor time a second while nothing happens, ms; undefined where nobody waited for it. */
  readonly idle: number | undefined;
}

/** How often it is looked whether the watchers have begun, ms: coarse beside what a hundred volumes take. */
const LOOK_EVERY = 1;

const { way, directories, idle } = await input<ScaleVolumesInput>();
const ways: Record<ScaleVolumesInput['way'], () => Promise<unknown>> = {
  async kubefresh() {
    const sources = directories.map((directory) => volumeSource({ directory }));
    for (const source of sources) source.current();
    held = performance.now() - start;
    while (sources.some((source) => source.status().watcher !== 'watching')) await pause(LOOK_EVERY);
    return sources;
  },
  async 'fs.watch'() {
    const all = directories.map((directory) => ({ ...read(directory), watcher: watchNatively(directory, () => {}) }));
    held = performance.now() - start;
    return all;
  },
  async chokidar() {
    const all = directories.map((directory) => ({ ...read(directory), watcher: watchWithChokidar(directory) }));
    held = performance.now() - start;
    await Promise.all(all.map(({ watcher }) => new Promise<void>((resolve) => watcher.once('ready', () => resolve()))));
    return all;
  },
};

const before = memoryInUse();
let held = 0;
const start = performance.now();
const all = await ways[way]();
const ready = performance.now() - start;
const grown = memoryGrownFrom(before);
const cpu = process.cpuUsage();
await pause(idle);
const { user, system } = process.cpuUsage(cpu);
// Held to here, so that nothing was collected meanwhile.
if (all !== undefined)
  await answer({ held, ready, ...grown, idle: idle > 0 ? (user + system) / idle : undefined } satisfies ScaleReport);

function read(directory: string) {
  const text = (name: string) => readFileSync(join(directory, name), 'utf8');
  return { token: text('token'), ca: text('ca.crt'), namespace: text('namespace') };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
