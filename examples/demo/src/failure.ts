/**
 * A failure in a word: the HTTP status, or the code of the error underneath. Never its message: of some clients that holds
 * the token.
 */
export function describeFailure(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const { status, statusCode, code } = at as { status?: unknown; statusCode?: unknown; code?: unknown };
    // The official client's ApiException has the HTTP status in `code`, its Watch in `statusCode`.
    const found = [status, statusCode, code].find((value) => typeof value === 'number' || typeof value === 'string');
    if (found !== undefined) return String(found);
  }
  return error instanceof Error ? error.name : 'unknown';
}
