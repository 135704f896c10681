import { conflict, invalid, type StatusError } from '../http/status.ts';
import type { ResourceStore } from '../store/resource-store.ts';
import type { ObjectReference } from './claims.ts';
import type { MintSubject } from './mint.ts';
import type { MintedToken } from './minted-token.ts';
import { type BoundObjectReference, bindTo } from './token-binding.ts';
import type { TokenIssuer } from './token-issuer.ts';

/** `spec` of a TokenRequest (`authentication.k8s.io/v1`). */
export interface TokenRequestSpec {
  /** Who it is for. Default: the server's own audiences. */
  readonly audiences?: readonly string[] | null;
  /** The life asked for, s. Default 3600. */
  readonly expirationSeconds?: number | null;
  /** What it ends with. Default: nothing but the account. */
  readonly boundObjectRef?: BoundObjectReference | null;
}

/** The account a token is asked for. */
export interface ServiceAccountName {
  /** Its namespace. */
  readonly namespace: string;
  /** Its name. */
  readonly name: string;
  /** Makes the request fail if the account has been created anew since. */
  readonly uid?: string | undefined;
}

/** What the server allows in a TokenRequest. All times in seconds. */
export interface TokenRequestLimits {
  /** The shortest life that may be asked for. */
  readonly minTokenExpirationSeconds: number;
  /** The longest life that is given (`--service-account-max-token-expiration`). */
  readonly maxTokenExpirationSeconds: number;
  /** Whether kubelet tokens live a year (`--service-account-extend-token-expiration`). */
  readonly extendTokenExpiration: boolean;
  /** How many times faster than real tokens these age. */
  readonly timeScale: number;
}

/** A token that was asked for, and what goes with it. */
export interface GrantedToken {
  /** The token. */
  readonly minted: MintedToken;
  /** The account that the token is of. */
  readonly account: ObjectReference;
  /** Who it is for. */
  readonly audiences: readonly string[];
  /** What became of the request's `expirationSeconds`; a fraction where the server's time is scaled. */
  readonly lifetimeSeconds: number;
  /** The text of a `Warning` header, if any. */
  readonly warning?: string;
}

/** As refusals name it. */
export const TOKEN_REQUEST = { group: 'authentication.k8s.io', kind: 'TokenRequest' } as const;

// Defaulting of `authentication.k8s.io/v1`.
const DEFAULT_EXPIRATION_SECONDS = 3600;
// `MaxRequestedExpiration`: what fits into the claim.
const MAX_REQUESTED_SECONDS = 2 ** 32;
// `WarnOnlyBoundTokenExpirationPeriod`: the one lifetime by which the server knows a kubelet's automounted token.
const EXTENDABLE_SECONDS = 3607;

/**
 * Grants a token as `POST …/serviceaccounts/<name>/token` does (`pkg/registry/core/serviceaccount/storage/token.go`).
 *
 * @throws {StatusError} 404, 409 for another uid, 422 for a lifetime out of bounds, 400 for what cannot be bound
 */
export async function grantToken(
  parts: { readonly store: ResourceStore; readonly issuer: TokenIssuer; readonly limits: TokenRequestLimits },
  account: ServiceAccountName,
  spec: TokenRequestSpec,
): Promise<GrantedToken> {
  const { store, issuer, limits } = parts;
  const stored = store.get({ group: '', plural: 'serviceaccounts', ...account }).metadata;
  if (account.uid && account.uid !== stored.uid) {
    const why = `the UID in the token request (${account.uid}) does not match the UID of the service account (${stored.uid})`;
    throw conflict({ ...TOKEN_REQUEST, plural: TOKEN_REQUEST.kind }, account.name, why);
  }
  const asked = spec.expirationSeconds ?? DEFAULT_EXPIRATION_SECONDS;
  checkExpiration(asked, limits);
  const audiences = spec.audiences?.length ? spec.audiences : issuer.audiences;
  const subject: MintSubject = {
    namespace: account.namespace,
    account: { name: account.name, uid: stored.uid ?? '' },
    ...(spec.boundObjectRef && bindTo(store, account, spec.boundObjectRef)),
  };
  const seconds = Math.min(asked, limits.maxTokenExpirationSeconds);
  const extended =
    limits.extendTokenExpiration &&
    subject.pod !== undefined &&
    seconds === EXTENDABLE_SECONDS &&
    audiences.every((audience) => issuer.audiences.includes(audience));
  const lifetimeSeconds = seconds / limits.timeScale;
  const minted = await issuer.issue(subject, { audiences, lifetimeSeconds, extended });
  return {
    minted,
    account: subject.account,
    audiences,
    lifetimeSeconds,
    ...(seconds < asked && {
      warning: `requested expiration of ${asked} seconds shortened to ${seconds} seconds`,
    }),
  };
}

function checkExpiration(seconds: number, { minTokenExpirationSeconds }: TokenRequestLimits): void {
  if (seconds < minTokenExpirationSeconds) {
    throw badExpiration(seconds, `may not specify a duration less than ${duration(minTokenExpirationSeconds)}`);
  }
  if (seconds > MAX_REQUESTED_SECONDS) {
    throw badExpiration(seconds, 'may not specify a duration larger than 2^32 seconds');
  }
}

function duration(seconds: number): string {
  return seconds % 60 === 0 ? `${seconds / 60} minutes` : `${seconds} seconds`;
}

function badExpiration(value: number, why: string): StatusError {
  const message = `Invalid value: ${value}: ${why}`;
  return invalid(TOKEN_REQUEST, '', { reason: 'FieldValueInvalid', message, field: 'spec.expirationSeconds' });
}
