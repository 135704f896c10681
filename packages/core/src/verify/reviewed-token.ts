import type { Token } from '../token/token.ts';

/** A token that the API server takes, and whose it is. */
export interface ReviewedToken {
  readonly token: Token;
  readonly username: string;
  readonly uid: string | undefined;
  readonly groups: readonly string[];
  /** Pod, node and credential id, among others: `authentication.kubernetes.io/pod-name`, … */
  readonly extra: Readonly<Record<string, readonly string[]>>;
  /** Those of your audiences that it is for. */
  readonly audiences: readonly string[];
}
