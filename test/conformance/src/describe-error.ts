/** Its words and those of what caused it: a client often wraps what matters. */
export function describeError(error: unknown): string {
  const { message } = Object(error) as { message?: unknown };
  // `ws` rejects with an event.
  if (!(error instanceof Error)) return typeof message === 'string' ? message : String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${describeError(error.cause)}`;
}
