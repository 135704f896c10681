/** The HTTP status in a client's error, wherever that client puts it. */
export function statusOf(error: unknown): number | undefined {
  const { status, statusCode, code, response, message } = Object(error) as Record<string, unknown>;
  const inResponse = Object(response) as Record<string, unknown>;
  if (typeof message === 'string' && typeof code !== 'number') {
    // `ws` has it in its words alone.
    const [, words] = /^Unexpected server response: (\d{3})$/.exec(message) ?? [];
    if (words !== undefined) return Number(words);
  }
  return [status, statusCode, code, inResponse['status'], inResponse['statusCode']].find(
    (value): value is number => typeof value === 'number' && value >= 100,
  );
}
