import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';
import type { Status } from './objects.ts';

/** Who a client is: a client certificate, a bearer token, or nobody (`system:anonymous`). */
export type Credentials =
  | { readonly certificate: string; readonly key: string }
  | { readonly token: string }
  | undefined;

/** What one request takes beside method, path and body. */
export interface SendOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** An answer, whatever its status. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** `Warning` headers' texts. */
  readonly warnings: readonly string[];
  /** The body as JSON, of a type that the caller knows. */
  json<T>(): T;
}

/** The API server answered with a status of 400 or more. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code = 'ERR_CLUSTER_API';
  /** HTTP status. */
  readonly status: number;
  /** The `Status` reason, e.g. `NotFound`; undefined where the body is none. */
  readonly reason: string | undefined;
  /** `Audit-Id` of the request, to find it in the audit log. */
  readonly auditId: string | undefined;

  constructor(request: string, response: ApiResponse) {
    const status = parseStatus(response.body);
    super(`${request}: ${response.status} ${status?.message ?? response.body.trim()}`);
    this.status = response.status;
    this.reason = status?.reason;
    this.auditId = response.headers['audit-id']?.toString();
  }
}

/** How long a connection is kept that nobody uses, ms: the API server closes it after 90 s, perhaps under a request just sent. */
const IDLE_MS = 30_000;

/** A plain client of one API server: HTTP/1.1 with keep-alive, JSON, one identity. */
export class ApiClient {
  /** `https://127.0.0.1:<port>` */
  readonly server: string;
  readonly #credentials: Credentials;
  #certificateAuthority: string;
  #agent: Agent;
  /** Of authorities that it trusted before: their connections go on until they end by themselves. */
  readonly #formerAgents: Agent[] = [];

  constructor(server: string, certificateAuthority: string, credentials: Credentials) {
    this.server = server;
    this.#credentials = credentials;
    this.#certificateAuthority = certificateAuthority;
    this.#agent = this.#createAgent();
  }

  /** Trusts another authority from now on, for new connections. Streams that are open go on. */
  trust(certificateAuthority: string): void {
    this.#certificateAuthority = certificateAuthority;
    this.#formerAgents.push(this.#agent);
    this.#agent = this.#createAgent();
  }

  /** The same server as another identity. */
  as(credentials: Credentials): ApiClient {
    return new ApiClient(this.server, this.#certificateAuthority, credentials);
  }

  /**
   * Sends one request and returns the decoded body. A string or Buffer body goes as it is, anything else as JSON; a
   * PATCH is a merge patch unless a header says otherwise.
   *
   * @throws ApiError for a status of 400 or more
   */
  async request<T>(method: string, path: string, body?: unknown, options?: SendOptions): Promise<T> {
    const response = await this.send(method, path, body, options);
    if (response.status >= 400) throw new ApiError(`${method} ${path}`, response);
    return response.json<T>();
  }

  /** As {@link request}, but every status is an answer and the body stays text. */
  async send(method: string, path: string, body?: unknown, options?: SendOptions): Promise<ApiResponse> {
    const message = await this.#open(method, path, body, options);
    const content = await text(message);
    return {
      status: message.statusCode ?? 0,
      headers: message.headers,
      body: content,
      warnings: (message.headersDistinct['warning'] ?? []).map((value) => value.replace(/^299 \S+ "(.*)"$/, '$1')),
      json: <T>() => JSON.parse(content) as T,
    };
  }

  /**
   * Opens a stream (watch, followed log): the response as it comes in.
   *
   * @throws ApiError for a status of 400 or more
   */
  async stream(path: string, options?: SendOptions): Promise<IncomingMessage> {
    const message = await this.#open('GET', path, undefined, options);
    const status = message.statusCode ?? 0;
    if (status < 400) return message;
    const body = await text(message);
    const json = <T>() => JSON.parse(body) as T;
    throw new ApiError(`GET ${path}`, { status, headers: message.headers, body, warnings: [], json });
  }

  /** Options for `node:https`, `ws` and the like: where to connect and who as. */
  connectOptions(): RequestOptions {
    const { hostname, port } = new URL(this.server);
    return { hostname, port, ca: this.#certificateAuthority, ...this.#tls(), headers: this.#authorization() };
  }

  /** Closes the connections it keeps. The client stays usable. */
  close(): void {
    for (const agent of [this.#agent, ...this.#formerAgents]) agent.destroy();
  }

  #open(method: string, path: string, body: unknown, options: SendOptions = {}): Promise<IncomingMessage> {
    const payload =
      body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const contentType = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const headers: Record<string, string | number> = {
      accept: 'application/json, */*',
      'user-agent': 'kubefresh-cluster-fixture',
      ...this.#authorization(),
      ...(payload === undefined ? {} : { 'content-type': contentType, 'content-length': Buffer.byteLength(payload) }),
      ...options.headers,
    };
    const { signal } = options;
    return new Promise((resolve, reject) => {
      const request = httpsRequest(
        `${this.server}${path}`,
        { method, headers, agent: this.#agent, ...(signal ? { signal } : {}) },
        resolve,
      );
      request.on('error', reject).end(payload);
    });
  }

  #authorization(): Record<string, string> {
    const credentials = this.#credentials;
    return credentials !== undefined && 'token' in credentials ? { authorization: `Bearer ${credentials.token}` } : {};
  }

  #tls(): { cert?: string; key?: string } {
    const credentials = this.#credentials;
    return credentials !== undefined && 'key' in credentials
      ? { cert: credentials.certificate, key: credentials.key }
      : {};
  }

  #createAgent(): Agent {
    return new Agent({ keepAlive: true, timeout: IDLE_MS, ca: this.#certificateAuthority, ...this.#tls() });
  }
}

function parseStatus(body: string): Status | undefined {
  try {
    const value = JSON.parse(body) as Status;
    return value.kind === 'Status' ? value : undefined;
  } catch {
    return undefined;
  }
}
