import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { json } from 'node:stream/consumers';
import type { KeyPair } from '../pki/authority.ts';
import { TokenPlans } from './token-plan.ts';

/** The path of a TokenRequest. */
const TOKEN_PATH = /^\/api\/v1\/namespaces\/([^/]+)\/serviceaccounts\/[^/]+\/token$/;

/** The members of a TokenRequest that matter here. */
interface TokenRequest {
  readonly spec: {
    readonly audiences?: readonly string[];
    readonly expirationSeconds?: number;
    readonly boundObjectRef?: { readonly name?: string; readonly uid?: string };
  };
  readonly status?: { readonly token: string; readonly expirationTimestamp: string };
}

/** What the proxy needs to speak for the kubelet. */
export interface TokenProxyOptions {
  readonly server: string;
  readonly kubelet: KeyPair;
  /** What it trusts, PEM. */
  readonly authority: string;
}

/**
 * Stands between an unmodified kubelet and the API server, with the kubelet's certificate, and passes everything on but
 * the answers to its TokenRequests. Those say that the token expires now: then the kubelet asks again at each sync of
 * the pod (`pkg/kubelet/token/token_manager.go` trusts `expirationSeconds` and `expirationTimestamp` of the answer),
 * and what it gets is written by its real AtomicWriter.
 */
export class TokenProxy {
  /** What each pod is to get. */
  readonly plans = new TokenPlans();
  readonly #options: TokenProxyOptions;
  readonly #server: Server;
  /** The last real answer, by who asked for what, and the rotation that it was for. */
  readonly #held = new Map<string, { rotation: number; answer: TokenRequest }>();
  /** The last is used; those before it keep the kubelet's open watches, as a kubelet's own transport would. */
  readonly #agents: Agent[] = [];

  private constructor(options: TokenProxyOptions) {
    this.#options = options;
    this.trust(options.authority);
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch((error: Error) => {
        if (response.headersSent) response.destroy();
        else response.writeHead(502).end(`kubelet's token proxy: ${error.message}`);
      });
    });
  }

  /** Starts it on a free port of loopback. */
  static async start(options: TokenProxyOptions): Promise<TokenProxy> {
    const proxy = new TokenProxy(options);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    // It must not keep a test process alive.
    proxy.#server.unref();
    return proxy;
  }

  /** `http://127.0.0.1:<port>`, for the kubelet's kubeconfig. */
  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the token proxy is closed');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Trusts another authority from now on, for new connections. */
  trust(authority: string): void {
    const { certificate, key } = this.#options.kubelet;
    this.#agents.push(new Agent({ keepAlive: true, ca: authority, cert: certificate, key }));
  }

  /** Ends it, with all connections. */
  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
    for (const agent of this.#agents) agent.destroy();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const namespace = request.method === 'POST' ? TOKEN_PATH.exec(request.url ?? '')?.[1] : undefined;
    if (namespace === undefined) return this.#pass(request, response);
    const tokenRequest = (await json(request)) as TokenRequest;
    const { status, body } = await this.#answer(namespace, tokenRequest, request);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  async #answer(namespace: string, asked: TokenRequest, request: IncomingMessage) {
    const { boundObjectRef, audiences = [], expirationSeconds } = asked.spec;
    const plan = this.plans.of(namespace, boundObjectRef?.name ?? '');
    if (plan.kind === 'refused') return { status: plan.status, body: failure(plan.status) };
    if (plan.kind === 'natural') return this.#forward(request, asked);

    const key = JSON.stringify([request.url, boundObjectRef?.uid, audiences, expirationSeconds]);
    const rotation = plan.kind === 'held' ? plan.rotation : 0;
    const held = this.#held.get(key);
    if (held !== undefined && (plan.kind === 'text' || held.rotation === rotation)) {
      return { status: 201, body: expiringNow(held.answer, plan.kind === 'text' ? plan.text : undefined) };
    }
    const { status, body } = await this.#forward(request, asked);
    if (status !== 201) return { status, body };
    this.#held.set(key, { rotation, answer: body });
    return { status, body: expiringNow(body, plan.kind === 'text' ? plan.text : undefined) };
  }

  /** Sends a TokenRequest on, as JSON both ways, and reads the answer. */
  async #forward(request: IncomingMessage, asked: TokenRequest): Promise<{ status: number; body: TokenRequest }> {
    const payload = JSON.stringify(asked);
    const headers = { ...request.headers, accept: 'application/json', 'content-type': 'application/json' };
    const answer = await this.#send(request, { ...headers, 'content-length': Buffer.byteLength(payload) }, (upstream) =>
      upstream.end(payload),
    );
    return { status: answer.statusCode ?? 502, body: (await json(answer)) as TokenRequest };
  }

  /** Streams any other request through, both ways. */
  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await this.#send(request, request.headers, (upstream) => {
      request.pipe(upstream);
      response.on('close', () => upstream.destroy());
    });
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    response.flushHeaders();
    answer.on('error', () => response.destroy()).pipe(response);
  }

  #send(
    request: IncomingMessage,
    headers: Record<string, string | number | string[] | undefined>,
    write: (upstream: ReturnType<typeof httpsRequest>) => void,
  ): Promise<IncomingMessage> {
    const url = new URL(request.url ?? '/', this.#options.server);
    return new Promise((resolve, reject) => {
      const upstream = httpsRequest(
        url,
        { method: request.method ?? 'GET', headers, agent: this.#agents.at(-1) },
        resolve,
      );
      write(upstream.on('error', reject));
    });
  }
}

/** The answer with a life of zero, and with another text for the token if one is given. */
function expiringNow(answer: TokenRequest, text: string | undefined): TokenRequest {
  const token = text ?? answer.status?.token ?? '';
  const status = { token, expirationTimestamp: new Date().toISOString().replace(/\.\d+Z$/, 'Z') };
  return { ...answer, spec: { ...answer.spec, expirationSeconds: 0 }, status };
}

function failure(code: number): object {
  const message = 'refused by the test, through the token proxy';
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason: 'InternalError', code };
}
