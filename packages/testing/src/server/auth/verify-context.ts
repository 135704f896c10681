import type { ResourceStore } from '../store/resource-store.ts';
import type { SigningKeys } from './signing-keys.ts';

/** What a server knows when it judges a token. */
export interface VerifyContext {
  readonly issuer: string;
  readonly audiences: readonly string[];
  /** Seconds of grace on exp, nbf and iat. */
  readonly leewaySeconds: number;
  readonly keys: SigningKeys;
  readonly store: ResourceStore;
  readonly now: () => number;
}
