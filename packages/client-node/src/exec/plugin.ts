import { CredentialUnavailableError, lifetime } from '@kubefresh/core';
import type { Cluster } from '../official.ts';
import type { ExecConfig } from './config.ts';
import { type ExecCredential, parseExecCredential } from './credential.ts';
import { execInfo } from './info.ts';
import { run } from './run.ts';

/** A credential is renewed this long before its end, ms: a request takes its time, and clocks differ. */
const RENEWED_BEFORE = 60_000;

// Taken at import: a mocked Date in the user's test is the user's.
const now = Date.now;

/** What a plugin answered last, and the one run that all who need another wait for. */
export class Plugin {
  readonly #config: ExecConfig;
  readonly #cluster: Cluster;
  readonly #readCA: () => string | undefined;
  #held: ExecCredential | undefined;
  #running: Promise<ExecCredential> | undefined;

  /** @param readCA - the cluster's CA of now, PEM, for a plugin that wants to know it. */
  constructor(config: ExecConfig, cluster: Cluster, readCA: () => string | undefined) {
    this.#config = config;
    this.#cluster = cluster;
    this.#readCA = readCA;
  }

  /** Its name, for messages. */
  get command(): string {
    return this.#config.command;
  }

  get held(): ExecCredential | undefined {
    return this.#held;
  }

  /** Whether to ask for another: there is none, or it ends within a minute. */
  get due(): boolean {
    return this.#endsWithin(RENEWED_BEFORE);
  }

  /** Whether there is none that could still be accepted. */
  get spent(): boolean {
    return this.#endsWithin(0);
  }

  /**
   * Runs it; whoever asks meanwhile shares the run.
   *
   * @throws CredentialUnavailableError; what was held is held on.
   */
  renew(): Promise<ExecCredential> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #run(): Promise<ExecCredential> {
    const { command, apiVersion, interactiveMode = 'IfAvailable' } = this.#config;
    const terminal = process.stdin.isTTY === true;
    if (interactiveMode === 'Always' && !terminal) {
      throw new CredentialUnavailableError(
        `The credential plugin ${command} needs a terminal (interactiveMode: Always), and this process has none.`,
      );
    }
    const interactive = terminal && interactiveMode !== 'Never';
    const output = await run(this.#config, execInfo(this.#config, interactive, this.#cluster, this.#readCA()));
    this.#held = parseExecCredential(output, apiVersion, command);
    return this.#held;
  }

  #endsWithin(ms: number): boolean {
    const held = this.#held;
    if (held === undefined) return true;
    // A token may know its own end where the plugin does not tell.
    const end =
      held.expiresAt ?? (held.token === undefined ? Number.POSITIVE_INFINITY : lifetime(held.token).expiresAt);
    return end - now() < ms;
  }
}
