import type { ApiClient } from '../api/client.ts';
import { Component } from '../machine/component.ts';
import type { StateDirectory } from '../machine/state.ts';

/** Flags of kube-apiserver by name without dashes. A list repeats the flag; undefined removes a default. */
export type ApiServerFlags = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What the API server is started with. */
export interface ApiServerOptions {
  readonly binary: string;
  readonly directory: StateDirectory;
  /** All flags, by {@link ./apiserver-flags.ts} and the test's own. */
  readonly flags: ApiServerFlags;
  /** Asks `/readyz` with the administrator's certificate. */
  readonly admin: ApiClient;
}

/**
 * kube-apiserver, which can be restarted with other flags. It always ends by SIGKILL: after SIGTERM it waits up to a
 * minute for its clients to go.
 */
export class ApiServer {
  readonly #options: ApiServerOptions;
  #flags: ApiServerFlags;
  #component: Component | undefined;

  constructor(options: ApiServerOptions) {
    this.#options = options;
    this.#flags = options.flags;
  }

  /** Path of its log, which alone says why it refused a token. */
  get logFile(): string {
    return this.#options.directory.file('kube-apiserver.log');
  }

  /** Whether the process runs. */
  get running(): boolean {
    return this.#component?.running ?? false;
  }

  /**
   * Starts it and waits until it is ready (about 2 s).
   *
   * @param flags changes to the flags it had, which stay for later starts
   */
  async start(flags: ApiServerFlags = {}): Promise<void> {
    this.#flags = { ...this.#flags, ...flags };
    const { binary, directory, admin } = this.#options;
    this.#component = await Component.start({
      name: 'kube-apiserver',
      command: binary,
      args: toArguments(this.#flags),
      directory,
      ready: async () => (await admin.send('GET', '/readyz')).status === 200,
    });
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    await this.#component?.kill();
  }

  /** Ends it at once and starts it again; see {@link start}. Keys are read at start only, certificates are not. */
  async restart(flags: ApiServerFlags = {}): Promise<void> {
    await this.kill();
    await this.start(flags);
  }
}

function toArguments(flags: ApiServerFlags): string[] {
  return Object.entries(flags).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return [value].flat().map((single) => `--${name}=${single}`);
  });
}
