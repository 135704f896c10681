import type { Agent, Dispatcher, ProxyAgent } from 'undici';
import type { CredentialSource } from '../source/types.ts';

/**
 * Options of `createDispatcher()`; a `Cluster` is a complete set. All other options of undici's Agent are handed on to it;
 * what differs from undici's own defaults is said here.
 */
export interface DispatcherOptions extends Agent.Options {
  /** Who holds the credential. The dispatcher does not close it. */
  readonly source: CredentialSource;
  /**
   * Who may see the token: origins (`https://10.0.0.1:443`) or origins with a path prefix (`https://host/k8s/clusters/c-1`).
   * A request to anywhere else, by a redirect too, goes without it, and is verified with the system's CAs.
   */
  readonly origins: readonly string[];
  /** PEM bundle that the API server is verified with, instead of the source's. It is not renewed. */
  readonly ca?: string;
  /**
   * How long a request waits for the first credential, ms, before it fails with CredentialUnavailableError. Default 10,000:
   * a volume is mounted before the container starts, but a sidecar or CSI driver may write it a few seconds later.
   */
  readonly startupWait?: number;
  /** A proxy to the API server: its URL, or the options of undici's ProxyAgent. HTTP_PROXY and HTTPS_PROXY are not read. */
  readonly proxy?: string | URL | ProxyAgent.Options;
  /**
   * Makes the connections to the API server, instead of undici's Agent: for a client library with its own proxies and
   * certificates. It is given the CA to verify with (undefined: the system's; '': none), and called again when that
   * changes; the dispatcher of before is closed when its requests have ended. `connect`, `proxy` and so on are not used then.
   */
  readonly createPool?: (ca: string | undefined) => Dispatcher;
  /**
   * How much of a request body that can be read only once (a stream, a generator, any body of `fetch`) is kept until the
   * API server has accepted the token, bytes for each request. A longer body is not sent again: its 401 goes to the caller.
   * Default 3 MiB, the most that the API server takes; 0 keeps nothing. All requests of one dispatcher together keep at most
   * 16 MiB, whatever is set here (five bodies of 3 MiB at once, in a pod that may have 64 MiB of memory): those that find none
   * left are sent, but not again.
   */
  readonly maxReplayBytes?: number;
  /** Accept `http:` in `origins`, and `connect.rejectUnauthorized: false`: others can read the token then. Default false. */
  readonly allowInsecure?: boolean;
  /** HTTP/2. Default false: exec, attach and port-forward need HTTP/1.1, and each 401 closes a shared connection. */
  readonly allowH2?: boolean;
  /** How long a response body may be silent, ms. Default 0, for ever: a watch of something quiet is no fault. */
  readonly bodyTimeout?: number;
}
