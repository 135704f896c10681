import assert from 'node:assert/strict';

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

/** Runs `operation`, which has to be refused with this status. */
export async function assertStatus(status: number, operation: Promise<unknown>): Promise<void> {
  const error = await operation.then(
    () => assert.fail(`it succeeded, where status ${status} was to reach the caller`),
    (reason: unknown) => reason,
  );
  assert.equal(statusOf(error), status, `the caller got: ${error instanceof Error ? error.message : String(error)}`);
}
