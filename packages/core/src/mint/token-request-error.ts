import { KubefreshError } from '../errors.ts';

/**
 * Why the API server gave no token:
 * - `unauthorized` (401): it does not accept the one that asks; `forbidden` (403): a permission is missing;
 * - `not-found` (404): there is no such account, or no such object to bind to;
 * - `conflict` (409): the account, or the object, has another uid: it was created again;
 * - `invalid` (400, 422): it does not accept what was asked for; `field` says which part;
 * - `too-many-requests` (429), `server-error` (5xx), `unreachable`: it may work later;
 * - `unexpected`: the answer is none of a TokenRequest; something else than an API server answered.
 */
export type TokenRequestFailure =
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'invalid'
  | 'too-many-requests'
  | 'server-error'
  | 'unreachable'
  | 'unexpected';

/** What is known of a failed TokenRequest, beside the message. */
export interface TokenRequestErrorDetails {
  /** The HTTP status, where there was an answer. */
  readonly status?: number | undefined;
  /** The field that was refused, e.g. `spec.expirationSeconds`. */
  readonly field?: string | undefined;
  /** The server asked to wait this long, ms. */
  readonly retryAfter?: number | undefined;
  /** Finds the request in the API server's audit log. */
  readonly auditId?: string | undefined;
}

/**
 * A token was asked for and not given. The message says what to do; for a missing permission, with the Role to add.
 * Code `ERR_KUBEFRESH_TOKEN_REQUEST`.
 */
export class TokenRequestError extends KubefreshError {
  override name = 'TokenRequestError';
  /** Why, as a word that a program can test. */
  readonly reason: TokenRequestFailure;
  /** The HTTP status; undefined without an answer. */
  readonly status: number | undefined;
  /** The field that was refused, e.g. `spec.expirationSeconds`. */
  readonly field: string | undefined;
  /** The server asked to wait this long, ms. */
  readonly retryAfter: number | undefined;
  /** Finds the request in the API server's audit log. */
  readonly auditId: string | undefined;

  constructor(
    reason: TokenRequestFailure,
    message: string,
    details: TokenRequestErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super('ERR_KUBEFRESH_TOKEN_REQUEST', message, options);
    this.reason = reason;
    this.status = details.status;
    this.field = details.field;
    this.retryAfter = details.retryAfter;
    this.auditId = details.auditId;
  }
}
