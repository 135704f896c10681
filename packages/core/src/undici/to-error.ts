/** What was thrown, as the Error that undici hands to handlers. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
