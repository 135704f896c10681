/** Where a workload finds itself: what the kubelet gives a container. */
export interface Pod {
  /** KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT. */
  readonly env: Readonly<Record<'KUBERNETES_SERVICE_HOST' | 'KUBERNETES_SERVICE_PORT', string>>;
  /** The container's `/`, below which the service account volume is mounted. */
  readonly root: string;
}

/** A client of the API server, as a program would use it. What it does about its token is its own business. */
export interface Client extends AsyncDisposable {
  /** Lists pods once. Rejects exactly when the program would see a failure. */
  list(call: string): Promise<void>;
  /** Watches pods until the server ends the stream or `signal` is aborted. Rejects when it could not be opened or broke. */
  watch(call: string, signal: AbortSignal): Promise<void>;
}

/** One lane of the demo. */
export interface Workload {
  readonly name: string;
  /** What is characteristic about it, in a few words. */
  readonly about: string;
  start(pod: Pod): Client;
}

/** What a client makes of an answer other than 200. */
export class HttpError extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`HTTP ${status}`);
    this.name = 'HttpError';
    this.status = status;
  }
}
