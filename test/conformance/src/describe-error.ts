/** Its words and those of what caused it: a client often wraps what matters. */
export function describeError(error: unknown): string {
  // `ws` rejects with an event, kubernetes-fluent-client with what looks like a response.
  const { message, statusText } = Object(error) as { message?: unknown; statusText?: unknown };
  if (!(error instanceof Error)) return String(message ?? statusText ?? error);
  return error.cause === undefined ? error.message : `${error.message}: ${describeError(error.cause)}`;
}
