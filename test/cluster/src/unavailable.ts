/**
 * The machine cannot run the cluster: no Go and no binaries, not root, no runc, a kernel feature that is switched off.
 * Tests skip on it, except under `CI=true`; see {@link ./requirements.ts}.
 */
export class ClusterUnavailableError extends Error {
  override readonly name = 'ClusterUnavailableError';
  readonly code = 'ERR_CLUSTER_UNAVAILABLE';
}

/** The cluster was started, and a part of it failed. The message names the part and ends with its log's last lines. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError';
  readonly code = 'ERR_CLUSTER';
}
