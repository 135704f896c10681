import type { Cluster } from '@kubefresh/core';

/** What a client answered. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** An HTTP library that carries requests by one of core's injectors, as people combine them. */
export interface HttpClient {
  /** Resolves whatever the status is; rejects where there is no response. A WebSocket answers 101 and what was said. */
  get(url: string): Promise<Answer>;
  /** Sends JSON text. WebSockets have no such thing. */
  post?(url: string, json: string): Promise<Answer>;
  close(): void | Promise<void>;
}

/** Makes a client for a cluster; the one thing that each file of `clients/` exports. */
export type Connect = (cluster: Cluster) => HttpClient;

/** What a POST says of its body. */
export const JSON_HEADERS = { 'content-type': 'application/json' };
