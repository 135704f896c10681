import type { CredentialSource } from '@kubefresh/core';
import type { Freshness } from './freshness.ts';
import { Loaded } from './loaded.ts';
import { currentOf } from './login/current.ts';
import type { OfficialKubeConfig, Overridden } from './official.ts';
import type { FreshOptions } from './options.ts';

/** What `keepFresh` gives: the one handle of its KubeConfig. */
export interface FreshHandle extends AsyncDisposable {
  /**
   * Who holds the credential of the current user: for readiness probes (`status()`) and events (`on('renewed', …)`).
   * Undefined where the user has neither a token file nor a credential plugin.
   *
   * @throws ClosedError after `close()`.
   */
  source(): Promise<CredentialSource | undefined>;
  /**
   * Lets go of connections and sources, which end with the last who uses them. Later requests through this KubeConfig fail
   * with ClosedError. No need to call it in a program that just ends: nothing here keeps a process alive.
   */
  close(): Promise<void>;
}

/** The handle of one KubeConfig. What does the work is loaded with the first request: importing us costs little. */
export class Handle implements FreshHandle {
  readonly #kubeConfig: OfficialKubeConfig;
  readonly #freshness: Loaded<Freshness>;

  constructor(kubeConfig: OfficialKubeConfig, methods: Overridden, options: FreshOptions) {
    this.#kubeConfig = kubeConfig;
    this.#freshness = new Loaded(async () => {
      const { Freshness } = await import('./freshness.ts');
      return new Freshness(kubeConfig, methods, options);
    });
  }

  /** A promise only until it is loaded. */
  freshness(): Freshness | Promise<Freshness> {
    return this.#freshness.get();
  }

  async source(): Promise<CredentialSource | undefined> {
    const current = currentOf(this.#kubeConfig);
    return current === undefined ? undefined : (await this.freshness()).route(current).login.source;
  }

  async close(): Promise<void> {
    await (await this.freshness()).close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
