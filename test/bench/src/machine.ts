import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';

/** What the numbers depend on. */
export interface Machine {
  readonly date: string;
  readonly cpu: string;
  readonly system: string;
  /** Runnable processes over the last minute before the run: above the number of cores, trust ratios only. */
  readonly load: number;
  readonly node: string;
  /** By package: what was measured, and against what. */
  readonly versions: Readonly<Record<string, string>>;
}

const PACKAGES = [
  '@kubefresh/core',
  'undici',
  'chokidar',
  '@kubernetes/client-node',
  'client-node-1',
  'kubernetes-fluent-client',
  'kubernetes-client',
  'mitata',
];

/** Describes this machine now. */
export function describeMachine(): Machine {
  const [first] = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: `${cpus().length} x ${first?.model ?? 'unknown CPU'}, ${Math.round(totalmem() / 2 ** 30)} GB`,
    system: `${platform()} ${release()} ${arch()}`,
    load: Number(loadavg()[0]?.toFixed(2)),
    node: process.version,
    versions: Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)])),
  };
}

/** From the manifest on disk: most packages do not export theirs. */
function versionOf(name: string): string {
  for (const folder of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    try {
      return JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')).version;
    } catch {
      // Not in this folder.
    }
  }
  throw new Error(`${name} is not installed below ${dirname(import.meta.dirname)}.`);
}
