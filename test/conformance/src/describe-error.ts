/** Its words and those of what caused it: a client often wraps what matters. */
export function describeError(error: unknown): string {
  // `ws` rejects with an event, kubernetes-fluent-client with what looks like a response and has the error as `e`.
  const { message, statusText, e } = Object(error) as { message?: unknown; statusText?: unknown; e?: unknown };
  if (!(error instanceof Error)) {
    const words = String(message ?? statusText ?? error);
    return e === undefined ? words : `${words}: ${describeError(e)}`;
  }
  return error.cause === undefined ? error.message : `${error.message}: ${describeError(error.cause)}`;
}
