import type { AgentOptions as HttpsAgentOptions } from 'node:https';
import type { CredentialSource } from '../source/types.ts';

/**
 * Options of `createAgent()`; a `Cluster` is a complete set. All other options of `https.Agent` are handed on to it; what
 * differs from Node's own defaults is said here.
 */
export interface AgentOptions extends Omit<HttpsAgentOptions, 'ca'> {
  /** Who holds the credential. The agent does not close it. */
  readonly source: CredentialSource;
  /**
   * Who may see the token: origins (`https://10.0.0.1:443`) or origins with a path prefix (`https://host/k8s/clusters/c-1`).
   * A request to anywhere else, by a redirect too, goes without it and is verified with the system's CAs.
   */
  readonly origins: readonly string[];
  /** PEM bundle that the API server is verified with, instead of the source's. It is not renewed. */
  readonly ca?: string;
  /** Accept `rejectUnauthorized: false`: others can read the token then. Default false. */
  readonly allowInsecure?: boolean;
  /** Default true: a connection serves many requests. */
  keepAlive?: boolean;
  /**
   * Idle time before a TCP keep-alive probe, ms. Default 30,000: a connection that a node or load balancer forgot shows
   * itself within a minute or two, while a quiet watch is kept from being forgotten.
   */
  keepAliveMsecs?: number;
}
