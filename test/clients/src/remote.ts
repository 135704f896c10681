import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Answer } from './client.ts';

/** A request that the child is to make. */
export interface Command {
  readonly id: number;
  readonly client: string;
  readonly url: string;
  /** POST this; without it GET. */
  readonly json?: string;
}

/** What came of it: a response, or the text of an error. */
export interface Reply extends Partial<Answer> {
  readonly id: number;
  readonly error?: string;
}

/** The versions of Node that the workspace brings (test/node-versions). */
export const NODE_VERSIONS = ['22', '24', '26'] as const;

/** Clients in a process of another Node version. */
export class Remote implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, (reply: Reply) => void>();
  #commands = 0;

  /** @param env - What the child finds in its environment beside PATH: the API server, its volume. */
  constructor(version: (typeof NODE_VERSIONS)[number], env: Readonly<Record<string, string>>) {
    this.#child = fork(fileURLToPath(new URL('child.ts', import.meta.url)), {
      execPath: nodeBinary(version),
      // More dispatchers are open at a time than any program should have: one for each client.
      execArgv: [
        '--conditions=kubefresh-source',
        '--disable-warning=ExperimentalWarning',
        '--disable-warning=KUBEFRESH_MANY_DISPATCHERS',
      ],
      env: { PATH: process.env['PATH'], ...env },
    });
    this.#child.on('message', (reply: Reply) => this.#pending.get(reply.id)?.(reply));
    this.#child.on('exit', (code) => this.#fail(`the child exited with ${code}`));
    this.#child.on('error', (error) => this.#fail(String(error)));
  }

  /** Has `client` GET this address, or POST `json` to it. */
  send(client: string, url: string, json?: string): Promise<Reply> {
    const id = this.#commands++;
    const command: Command = { id, client, url, ...(json === undefined ? {} : { json }) };
    return new Promise((resolve) => {
      this.#pending.set(id, resolve);
      this.#child.send(command);
    });
  }

  /** Lets the child end by itself. Resolves with its exit code, once it has. */
  async end(): Promise<number | null> {
    const exit = once(this.#child, 'exit') as Promise<[number | null]>;
    this.#child.disconnect();
    const [code] = await exit;
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.connected) await this.end();
  }

  #fail(error: string): void {
    for (const [id, resolve] of this.#pending) resolve({ id, error });
    this.#pending.clear();
  }
}

function nodeBinary(version: string): string {
  const require = createRequire(new URL('../../node-versions/package.json', import.meta.url));
  return join(dirname(require.resolve(`node${version}/package.json`)), 'bin', 'node');
}
