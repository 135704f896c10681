/** What an error says, and what its cause says: `fetch failed` alone tells nothing, and some clients throw what is no Error. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error);
  return error.cause instanceof Error ? `${error} (${errorText(error.cause)})` : String(error);
}
