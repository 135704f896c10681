import { KubefreshError } from '../errors.ts';

/**
 * What is wrong with a token that was refused: the claim (`iss`, `aud`, `exp`, `nbf`, `iat`, …); `signature`; `kid` or `alg`: no
 * key fits; `account`: it is no service account's; `review`: the API server does not take it.
 */
export type UnverifiedField = 'signature' | 'kid' | 'alg' | 'account' | 'review' | (string & {});

/**
 * A token that somebody presented is not to be trusted: answer 401. The message says why, and holds no token. Code
 * `ERR_KUBEFRESH_TOKEN_UNVERIFIED`.
 */
export class TokenUnverifiedError extends KubefreshError {
  override name = 'TokenUnverifiedError';
  /** What is wrong with it. */
  readonly field: UnverifiedField;

  constructor(field: UnverifiedField, message: string, options?: ErrorOptions) {
    super('ERR_KUBEFRESH_TOKEN_UNVERIFIED', message, options);
    this.field = field;
  }
}

/**
 * A token could not be judged, because keys or the API server cannot be reached: answer 503, and try again. Code
 * `ERR_KUBEFRESH_VERIFICATION_UNAVAILABLE`.
 */
export class VerificationUnavailableError extends KubefreshError {
  override name = 'VerificationUnavailableError';

  constructor(message: string, options?: ErrorOptions) {
    super('ERR_KUBEFRESH_VERIFICATION_UNAVAILABLE', message, options);
  }
}
