import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** A script usually ends within 500 ms of its start. */
const BOUND = 10_000;

/** What a child said, and how it ended: `code` is null where it had to be killed. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a child is started. */
export interface ChildOptions extends Pick<SpawnOptions, 'env' | 'uid' | 'gid' | 'cwd'> {
  /** The program and arguments before `node`, e.g. `['unshare', '-m']`. */
  readonly under?: readonly string[];
  readonly args?: readonly string[];
}

/** Starts a script of `children/` on the sources, with this Node. */
export function startChild(
  script: string,
  { under = [], args = [], env, ...options }: ChildOptions = {},
): ChildProcess {
  const path = fileURLToPath(new URL(`./children/${script}`, import.meta.url));
  const [program = '', ...rest] = [...under, process.execPath, '--conditions=kubefresh-source', path, ...args];
  // NODE_OPTIONS of the test runner are its own.
  const ownEnv = { ...process.env, NODE_OPTIONS: '', ...env };
  return spawn(program, rest, { stdio: ['pipe', 'pipe', 'pipe'], env: ownEnv, ...options });
}

/** Waits until a child has ended by itself. */
export async function ended(child: ChildProcess): Promise<Ended> {
  const giveUp = setTimeout(() => child.kill('SIGKILL'), BOUND);
  try {
    const [stdout, stderr, [code]] = await Promise.all([
      child.stdout === null ? '' : text(child.stdout),
      child.stderr === null ? '' : text(child.stderr),
      once(child, 'close') as Promise<[number | null]>,
    ]);
    return { code, stdout, stderr };
  } finally {
    clearTimeout(giveUp);
  }
}

/** Runs a script to its end. */
export function runChild(script: string, options: ChildOptions = {}): Promise<Ended> {
  const child = startChild(script, options);
  child.stdin?.end();
  return ended(child);
}
