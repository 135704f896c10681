import type { ApiClient } from './client.ts';
import { lines } from './lines.ts';
import type { KubernetesObject } from './objects.ts';

/** One event of a watch. */
export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T;
}

/** Follows one object of a collection: first as it is, then each change, until the signal aborts or the server ends it. */
export async function* watchObject<T extends KubernetesObject>(
  client: ApiClient,
  collection: string,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent<T>> {
  const selector = encodeURIComponent(`metadata.name=${name}`);
  const stream = await client.stream(`${collection}?watch=true&fieldSelector=${selector}`, { signal });
  for await (const line of lines(stream)) yield JSON.parse(line) as WatchEvent<T>;
}

/**
 * Waits for an object to be as wanted and returns it so. A watch, not polling: it adds one request to the audit log.
 *
 * @param wanted asked about each state; gets undefined once the object is deleted
 * @param describe what the object was like last, for the error
 * @throws Error if it does not become so in time
 */
export async function waitForObject<T extends KubernetesObject>(
  client: ApiClient,
  collection: string,
  name: string,
  wanted: (object: T | undefined) => boolean,
  { timeoutMs, describe }: { timeoutMs: number; describe: (object: T | undefined) => string },
): Promise<T | undefined> {
  let last: T | undefined;
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    for await (const { type, object } of watchObject<T>(client, collection, name, signal)) {
      last = type === 'DELETED' ? undefined : object;
      if (wanted(last)) return last;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  throw new Error(`${collection}/${name} is not as wanted after ${timeoutMs} ms: ${describe(last)}`);
}
