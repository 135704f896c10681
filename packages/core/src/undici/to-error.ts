import { types } from 'node:util';

/** What was thrown, as the Error that undici hands to handlers. An Error of another realm (jest) is one. */
export function toError(thrown: unknown): Error {
  return types.isNativeError(thrown) || thrown instanceof Error ? thrown : new Error(String(thrown));
}
