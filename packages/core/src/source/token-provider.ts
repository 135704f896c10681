import { checkSource } from './handle.ts';
import type { CredentialSource } from './types.ts';

/**
 * The current token as a callback, for clients that ask for one each time: Vault's Kubernetes auth, Azure's
 * `ClientAssertionCredential`, Google's `subject_token_supplier`.
 *
 * The function it returns throws CredentialUnavailableError when no token was ever held, ClosedError after `close()`.
 * @throws InvalidOptionError for what is no source.
 */
export function tokenProvider(source: CredentialSource): () => string {
  checkSource(source);
  return () => source.current().token.reveal();
}
