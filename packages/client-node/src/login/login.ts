import type { CredentialSource } from '@kubefresh/core';
import type { ClientCertificate } from '../exec/credential.ts';

/** How a user of a kubeconfig authenticates, where that is something that changes. Shared by all who log in the same way. */
export interface Login {
  readonly source: CredentialSource;
  /** Whether `ready()` has nothing to wait for. */
  readonly prepared: boolean;
  /**
   * Waits until requests can be sent.
   *
   * @throws CredentialUnavailableError when there is nothing to send them with.
   */
  ready(): Promise<void>;
  /** Whether there is a token: a credential plugin may give a client certificate alone. */
  readonly bearing: boolean;
  /** Whether it may take longer to get another token than core holds a 401 back for it. */
  readonly slow: boolean;
  /** The client certificate that came with the token, instead of one in the kubeconfig. */
  readonly certificate: ClientCertificate | undefined;
}
