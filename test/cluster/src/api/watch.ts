import type { ApiClient } from './client.ts';
import { lines } from './lines.ts';
import type { KubernetesObject } from './objects.ts';

/** One event of a watch. */
interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T;
}

/**
 * Follows one object of a collection: first as it is, then each change, until the signal aborts or the server ends it.
 * Yields undefined while there is no such object, also at the start.
 */
async function* watchObject<T extends KubernetesObject>(
  client: ApiClient,
  collection: string,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<T | undefined> {
  const query = new URLSearchParams({
    watch: 'true',
    fieldSelector: `metadata.name=${name}`,
    // A streaming list (KEP-3157): the end of what exists is marked by a bookmark, so that absence is known too.
    sendInitialEvents: 'true',
    resourceVersionMatch: 'NotOlderThan',
    allowWatchBookmarks: 'true',
  });
  const stream = await client.stream(`${collection}?${query}`, { signal });
  let exists = false;
  for await (const line of lines(stream)) {
    const { type, object } = JSON.parse(line) as WatchEvent<T>;
    if (type === 'BOOKMARK') {
      if (!exists) yield undefined;
      continue;
    }
    exists = type !== 'DELETED';
    yield exists ? object : undefined;
  }
}

/**
 * Waits for an object to be as wanted and returns it so. A watch, not polling: it adds one request to the audit log.
 *
 * @param wanted asked about each state; gets undefined while there is no such object
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
    for await (const object of watchObject<T>(client, collection, name, signal)) {
      last = object;
      if (wanted(object)) return object;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  throw new Error(`${collection}/${name} is not as wanted after ${timeoutMs} ms: ${describe(last)}`);
}
