import { CredentialUnavailableError } from '../errors.ts';

/**
 * The error for whoever wants a token while there is none.
 * @param place - names the account.
 * @param cause - why the last request failed, if it did.
 * @param retryAfter - when it is asked for again, ms from now.
 */
export function noTokenYet(place: string, cause: Error | undefined, retryAfter: number): CredentialUnavailableError {
  if (cause === undefined) {
    return new CredentialUnavailableError(`There is no token of ${place} yet; it has been asked for.`);
  }
  const next = Number.isFinite(retryAfter) ? `asked for again in ${Math.ceil(retryAfter / 1000)} s` : 'being asked for';
  return new CredentialUnavailableError(
    `There is no token of ${place} yet; it is ${next}. The last time: ${cause.message}`,
    { cause, retryAfter: Number.isFinite(retryAfter) ? retryAfter : undefined },
  );
}
