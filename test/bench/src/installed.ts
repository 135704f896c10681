import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const OURS = ['core', 'client-node', 'fluent-client', 'kubernetes-client'] as const;
const packages = join(import.meta.dirname, '..', '..', '..', 'packages');

/** A folder in which our packages lie as the registry would lay them: their manifest and dist, not linked to a source tree. */
export class Installed implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'kubefresh-bench-'));

  /** @param peers - what else is to be found there: by the name it is imported by, the name it has in this package. */
  constructor(peers: Readonly<Record<string, string>>) {
    writeFileSync(join(this.folder, 'package.json'), '{ "type": "module" }');
    for (const name of OURS) {
      const target = this.#place(`@kubefresh/${name}`);
      for (const part of ['package.json', 'dist'])
        cpSync(join(packages, name, part), join(target, part), { recursive: true });
    }
    const core = createRequire(join(packages, 'core', 'package.json'));
    for (const name of ['chokidar', 'jose', 'lru-cache', 'undici']) this.#link(name, core, name);
    const own = createRequire(import.meta.url);
    for (const [name, as] of Object.entries(peers)) this.#link(name, own, as);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }

  #place(name: string): string {
    const path = join(this.folder, 'node_modules', name);
    mkdirSync(dirname(path), { recursive: true });
    return path;
  }

  #link(name: string, from: NodeJS.Require, as: string): void {
    for (const folder of from.resolve.paths(as) ?? []) {
      try {
        symlinkSync(realpathSync(join(folder, as)), this.#place(name));
        return;
      } catch {
        // Not in this folder.
      }
    }
    throw new Error(`${as} is not installed.`);
  }
}
