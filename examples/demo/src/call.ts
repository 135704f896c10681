/** The query parameter that every request of the demo carries; a Kubernetes API server ignores parameters it does not know. */
export const CALL_PARAMETER = 'call';

/**
 * One call of a workload, as the workload itself saw it. What the server saw is in its journal: all requests with the same
 * `id`, so that a request sent twice (a retry) is still one call.
 */
export interface Call {
  /** `<workload>-<number>`, unique in a run. */
  readonly id: string;
  readonly workload: string;
  readonly kind: 'list' | 'watch';
  /** ms since the epoch. */
  readonly startedAt: number;
  /** ms since the epoch; undefined while it lasts. */
  endedAt?: number;
  /** What the caller was told when it failed: a status or an error code. Undefined while it lasts and when it succeeded. */
  error?: string;
}

/** The path and query of a call, for the workloads that write their URLs themselves. */
export function pathOf(kind: Call['kind'], call: string): string {
  const query = new URLSearchParams({ ...(kind === 'watch' && WATCH_QUERY), [CALL_PARAMETER]: call });
  return `${PODS_PATH}?${query}`;
}

export const PODS_PATH = '/api/v1/namespaces/default/pods';

/**
 * A watch ends after three seconds and is opened again. In a cluster that takes five to ten minutes (client-go's informers);
 * the demo's tokens live seconds instead of an hour, so its watches are shortened likewise.
 */
export const WATCH_SECONDS = 3;

const WATCH_QUERY = { watch: 'true', timeoutSeconds: String(WATCH_SECONDS) };
