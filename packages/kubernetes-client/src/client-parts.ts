import type { EventEmitter } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

/** A call of the client's API, as its backend gets it. */
export interface Call {
  /** The HTTP method. */
  readonly method: string;
  /** The path below the server's address, without a query. */
  readonly pathname: string;
  /** The query. A list makes the parameter come several times. */
  readonly parameters?: object;
  /** The query, for calls without `parameters`, which goes before it. */
  readonly qs?: object;
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** With `json` any value, without it text or bytes. */
  readonly body?: unknown;
  /** Whether both bodies are JSON. Default true; a response that is no JSON is text all the same. */
  readonly json?: boolean;
  /** Answers a stream of the response's body instead. */
  readonly stream?: boolean;
}

/** What a call without `stream` resolves with. */
export interface Answer {
  /** The HTTP status. */
  readonly statusCode: number;
  /** The body: a value where it is JSON, else text. */
  readonly body: unknown;
}

/** What an `exec` or `attach` call resolves with, once the command has ended. */
export interface ExecAnswer {
  /** In the order of arrival; `channel` is stdout, stderr or error. */
  readonly messages: readonly { readonly channel: string | undefined; readonly message: string }[];
  /** All messages, one after the other. */
  readonly body: string;
  /** Of the WebSocket's end. */
  readonly code: number;
  /** Of the WebSocket's end, as its peer gave it. */
  readonly reason: string | Buffer;
}

/** The client's own backend; only what is used of it. */
export interface StockBackend {
  http(call: Call): Promise<Answer | ExecAnswer> | Readable;
  getLogByteStream(call: Call): Promise<Readable>;
  getWatchObjectStream(call: Call): Promise<Readable>;
}

/** The part of a KubeConfig that the stock backend reads. */
interface KubeConfigView {
  getCurrentContext(): object;
  getCurrentCluster(): { readonly server: string };
  getCurrentUser(): null;
}

/** The class that `kubernetes-client/backends/request` exports. */
export type StockBackendClass = new (options: { readonly kubeconfig: KubeConfigView }) => StockBackend;

/** A WebSocket of the package `ws`, versions 7 and 8. */
export interface WebSocket extends EventEmitter {
  on(event: 'message', listener: (message: Buffer | string) => void): this;
  on(event: 'error', listener: (error: Error) => void): this;
  on(event: 'close', listener: (code: number, reason: string | Buffer) => void): this;
  on(event: 'unexpected-response', listener: (request: ClientRequest, response: IncomingMessage) => void): this;
}

/** The class of it. */
export type WebSocketClass = new (url: string, protocol: string, options: object) => WebSocket;

/** What ours is made of: the client's backend and its own libraries. */
export interface ClientParts {
  readonly Backend: StockBackendClass;
  readonly WebSocket: WebSocketClass;
  readonly stringify: (query: object, options: { readonly indices: false }) => string;
}
