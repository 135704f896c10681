import type { KubeConfig } from './client.ts';

type ApplyToFetchOptions = KubeConfig['applyToFetchOptions'];

/**
 * The API servers that the client reaches with a client certificate, by what its kubeconfig (or the plugin in it) last gave.
 * Such a user is somebody without any header, and his certificate is on the client's own connections alone.
 */
export class CertificateUsers {
  readonly #origins = new Set<string>();

  /** An `applyToFetchOptions` that answers as before, and notes whether there is a certificate in it. */
  by(original: ApplyToFetchOptions): ApplyToFetchOptions {
    const note = (kubeConfig: KubeConfig, isOne: boolean) => this.#note(kubeConfig, isOne);
    return async function (this: KubeConfig, ...args) {
      const options = await original.apply(this, args);
      note(this, options.agent?.options?.cert !== undefined);
      return options;
    };
  }

  /** @param origin - As in `URL.origin`. */
  at(origin: string): boolean {
    return this.#origins.has(origin);
  }

  #note(kubeConfig: KubeConfig, isOne: boolean): void {
    const origin = URL.parse(kubeConfig.getCurrentCluster()?.server ?? '')?.origin;
    if (origin === undefined) return;
    if (isOne) this.#origins.add(origin);
    else this.#origins.delete(origin);
  }
}
