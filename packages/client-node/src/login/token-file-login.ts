import { type CredentialSource, CredentialUnavailableError, KubefreshError, volumeSource } from '@kubefresh/core';
import type { Login } from './login.ts';

/** What a token file's login is made from. */
export interface TokenFileOptions {
  /** Absolute. */
  readonly tokenFile: string;
  /** Whether it is that of a pod: always a JWT, so that half a one is known as such. */
  readonly inPod: boolean;
  /** The cluster's CA file, absolute; undefined where it has none. */
  readonly caFile: string | undefined;
  /** See `FreshOptions`. */
  readonly startupWait: number;
  /** See `FreshOptions`. */
  readonly pollInterval: number | undefined;
}

/** A token in a file, with the CA beside it. */
export class TokenFileLogin implements Login {
  readonly source: CredentialSource;
  readonly bearing = true;
  readonly slow = false;
  readonly certificate = undefined;
  readonly #startupWait: number;

  constructor({ tokenFile, inPod, caFile, startupWait, pollInterval }: TokenFileOptions) {
    this.#startupWait = startupWait;
    this.source = volumeSource({
      tokenFile,
      caFile: caFile ?? false,
      // In a pod: just as `inCluster()` of core reads it, so that the two share one reader.
      ...(inPod ? { format: 'jwt' } : { format: 'any', namespaceFile: false }),
      ...(pollInterval === undefined ? {} : { pollInterval }),
    });
  }

  get prepared(): boolean {
    return this.#reason() === undefined;
  }

  async ready(): Promise<void> {
    if (this.prepared) return;
    try {
      await this.source.ready({ signal: AbortSignal.timeout(this.#startupWait) });
    } catch (error) {
      const reason = this.#reason() ?? error;
      if (KubefreshError.is(reason) && !CredentialUnavailableError.is(reason, 'ERR_KUBEFRESH_CREDENTIAL_UNAVAILABLE'))
        throw reason;
      const why = reason instanceof Error ? reason.message : String(reason);
      throw new CredentialUnavailableError(`No token within ${this.#startupWait} ms (startupWait). ${why}`, {
        cause: reason,
      });
    }
  }

  /** Why there is no credential; undefined when there is one. */
  #reason(): unknown {
    try {
      this.source.current();
      return undefined;
    } catch (error) {
      return error;
    }
  }
}
