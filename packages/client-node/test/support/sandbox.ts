import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ours = join(import.meta.dirname, '..', '..');
const OFFICIAL = '@kubernetes/client-node';
const OUR_NAME = '@kubefresh/client-node';

/** Which package the programs import. */
export type Flavour = 'stock' | 'kubefresh';

/** A program that runs, and what it printed so far. */
export interface Program extends Disposable {
  readonly process: ChildProcess;
  readonly output: string;
  /** Resolves as soon as what it printed matches. */
  printed(pattern: RegExp): Promise<void>;
  /** Resolves with its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/** A folder in which the official client of one major, and our package beside it, can be imported by name. */
export class Sandbox implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'kubefresh-documented-'));

  /** @param installedAs - the name that this major has among our own dependencies. */
  constructor(installedAs: string) {
    // A package may import itself by its name; below node_modules, Node would not run its sources.
    for (const part of ['package.json', 'src']) cpSync(join(ours, part), join(this.#folder, part), { recursive: true });
    this.#link(OFFICIAL, installedAs);
    this.#link('@kubefresh/core', '@kubefresh/core');
    // The documented programs read their token where a container has it; here that lies below another root.
    writeFileSync(
      join(this.#folder, 'in-pod.js'),
      `import { KubeConfig } from '${OFFICIAL}';
      const { loadFromCluster } = KubeConfig.prototype;
      KubeConfig.prototype.loadFromCluster = function () { loadFromCluster.call(this, process.env.CONTAINER_ROOT); };`,
    );
  }

  /** Runs a program from `test/documented`, word for word but for the package in its import. */
  run(name: string, flavour: Flavour, env: NodeJS.ProcessEnv, args: readonly string[] = []): Program {
    const text = readFileSync(join(import.meta.dirname, '..', 'documented', `${name}.txt`), 'utf8');
    const imports = text.split(`'${OFFICIAL}'`);
    if (imports.length !== 2) throw new Error(`${name} is expected to name ${OFFICIAL} once.`);
    const file = join(this.#folder, flavour, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, imports.join(`'${flavour === 'stock' ? OFFICIAL : OUR_NAME}'`));
    const flags = ['--conditions=kubefresh-source', '--import', join(this.#folder, 'in-pod.js')];
    const child = spawn(process.execPath, [...flags, file, ...args], {
      env: { ...process.env, ...env, NODE_COMPILE_CACHE: join(this.#folder, 'cache'), NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return follow(child);
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }

  #link(name: string, installedAs: string): void {
    const path = join(this.#folder, 'node_modules', name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(realpathSync(join(ours, 'node_modules', installedAs)), path);
  }
}

function follow(child: ChildProcess): Program {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      child.emit('printed');
    });
  }
  return {
    process: child,
    get output() {
      return output;
    },
    async printed(pattern) {
      while (!pattern.test(output)) await once(child, 'printed');
    },
    ended: once(child, 'close').then(([code, signal]) => code ?? signal),
    [Symbol.dispose]: () => child.kill('SIGKILL'),
  };
}
