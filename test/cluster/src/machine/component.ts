import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { ClusterError } from '../unavailable.ts';
import { identify, isAlive } from './identity.ts';
import type { StateDirectory } from './state.ts';
import { until } from './waiting.ts';

/** Marks every process of a cluster, so that what a killed owner left can be told from everything else. */
export const MARKER = 'KUBEFRESH_CLUSTER';

/** Ten times what the slowest program takes on two busy cores. */
const READY_TIMEOUT_MS = 60_000;

/** How long a log's end an error quotes, in lines. */
const QUOTED_LINES = 15;

/** What it takes to start a program. */
export interface ComponentOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly directory: StateDirectory;
  /** Answers true once the program is usable; asked until then. */
  readonly ready: () => Promise<boolean>;
}

/** One program of the cluster: a child process that dies with this one and logs to `<name>.log`. */
export class Component {
  readonly name: string;
  /** Path of its standard output and error. */
  readonly logFile: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  private constructor({ name, command, args, directory }: ComponentOptions) {
    this.name = name;
    this.logFile = directory.file(`${name}.log`);
    const log = openSync(this.logFile, 'a', 0o600);
    // --pdeathsig: when this process is killed, the kernel ends the program too. Its own session (detached): a Ctrl-C
    // in the terminal reaches the owner alone, which then stops things in order.
    this.#child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', command, ...args], {
      detached: true,
      stdio: ['ignore', log, log],
      env: { PATH: `${process.env['PATH']}:/usr/sbin:/sbin`, HOME: directory.path, [MARKER]: directory.id },
      cwd: directory.path,
    });
    closeSync(log);
    // An open child does not keep a test process alive that forgot to stop its cluster.
    this.#child.unref();
    this.#exited = new Promise((resolve) => this.#child.once('exit', resolve).once('error', resolve));
  }

  /**
   * Starts the program and waits until it is ready.
   *
   * @throws ClusterError if it ends before, or is not ready in time; quotes its log
   */
  static async start(options: ComponentOptions): Promise<Component> {
    const started = performance.now();
    const component = new Component(options);
    const { directory, name, ready } = options;
    try {
      const process = component.#identity();
      if (process !== undefined) directory.recordComponent({ name, process });
      let ended = false;
      component.#exited.then(() => {
        ended = true;
      });
      await until(`${name} to be ready`, async () => ended || (await ready()), { timeoutMs: READY_TIMEOUT_MS });
      if (ended || process === undefined) throw new Error(`${name} ended before it was ready`);
      directory.recordComponent({ name, process, readyAfterMs: Math.round(performance.now() - started) });
      return component;
    } catch (error) {
      await component.kill();
      const { message, cause } = error as Error;
      const detail = cause instanceof Error ? ` (${cause.message})` : '';
      throw new ClusterError(`${message}${detail}; the end of ${component.logFile}:\n${await component.logTail()}`, {
        cause: error,
      });
    }
  }

  /** Process id of the program. */
  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** Whether it runs. */
  get running(): boolean {
    const identity = this.#identity();
    return identity !== undefined && isAlive(identity);
  }

  /** Ends the program and its process group at once (SIGKILL) and waits until it is gone. */
  async kill(): Promise<void> {
    if (this.#child.pid === undefined || !this.running) return;
    // Whoever waits for its end does wait: with nothing else to do, this process would end first, and without an error.
    this.#child.ref();
    process.kill(-this.#child.pid, 'SIGKILL');
    await this.#exited;
  }

  /** The last lines of its log. */
  async logTail(lines = QUOTED_LINES): Promise<string> {
    const content = await readFile(this.logFile, 'utf8');
    return content.trimEnd().split('\n').slice(-lines).join('\n');
  }

  #identity(): ReturnType<typeof identify> {
    return this.#child.pid === undefined ? undefined : identify(this.#child.pid);
  }
}
