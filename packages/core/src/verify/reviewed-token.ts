import type { Token } from '../token/token.ts';

/** A token that the API server takes, and whose it is. */
export interface ReviewedToken {
  /** The token that was reviewed, decoded as far as it can be. */
  readonly token: Token;
  /** `status.user.username`: `system:serviceaccount:<namespace>:<name>` for a service account. */
  readonly username: string;
  /** `status.user.uid`: the account's uid. */
  readonly uid: string | undefined;
  /** `status.user.groups`. */
  readonly groups: readonly string[];
  /** Pod, node and credential id, among others: `authentication.kubernetes.io/pod-name`, … */
  readonly extra: Readonly<Record<string, readonly string[]>>;
  /** Those of your audiences that it is for. */
  readonly audiences: readonly string[];
}
