import { errorMonitor } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent, type RequestOptions } from 'node:https';
import { checkCA, unverified } from '../check-options.ts';
import { CertificateUntrustedError, ClosedError } from '../errors.ts';
import { evidenceOf } from '../evidence.ts';
import { OriginList } from '../origins.ts';
import { Presenter } from '../presenter.ts';
import { isProxied } from '../proxied.ts';
import type { Credential } from '../source/types.ts';
import { isUntrusted, untrusted } from '../tls.ts';
import type { AgentOptions } from './options.ts';
import { authorize, scrub } from './outgoing.ts';
import { SentRequests } from './sent-requests.ts';

/** See `AgentOptions.keepAliveMsecs`. */
const PROBE_AFTER = 30_000;

/** `addRequest` is how every request comes to its agent; Node's types leave it out. */
const BaseAgent = Agent as unknown as new (
  options: object,
) => Agent & { addRequest(request: ClientRequest, options: RequestOptions): void };

/**
 * An `https.Agent` that puts the token of now into each request to `origins`, over connections verified with the CA of now:
 * for node:https and all that is built on it (axios, got, node-fetch, gaxios, ws, …).
 *
 * An agent cannot send a request again: a 401 reaches the caller, and the next request has a better token. A request fails,
 * by its `error` event, with CredentialUnavailableError while the source never held a credential, and with ClosedError
 * after `destroy()`. Neither closes the source.
 *
 * @throws InvalidOptionError naming the option; InsecureTransportError for `rejectUnauthorized: false` without
 *   `allowInsecure`.
 */
export function createAgent(options: AgentOptions): Agent {
  return new KubernetesAgent(options);
}

class KubernetesAgent extends BaseAgent {
  readonly #presenter: Presenter;
  readonly #origins: OriginList;
  readonly #fixedCA: string | undefined;
  readonly #sent = new SentRequests();
  #ca: string | undefined;
  #destroyed = false;

  constructor({ source, origins, ca, allowInsecure = false, ...options }: AgentOptions) {
    checkCA(ca);
    if (options.rejectUnauthorized === false && !allowInsecure) throw unverified();
    super({
      keepAlive: true,
      keepAliveMsecs: PROBE_AFTER,
      ...options,
      // An agent's options count more than a request's: neither a request nor NODE_TLS_REJECT_UNAUTHORIZED=0 switches it off.
      ...(allowInsecure ? {} : { rejectUnauthorized: true }),
    });
    this.#presenter = new Presenter(source);
    this.#origins = new OriginList(origins, { allowInsecure });
    this.#fixedCA = ca;
  }

  override addRequest(request: ClientRequest, options: RequestOptions): void {
    // As Node merges them: the agent's options count more.
    const origin = originOf({ ...options, ...this.options });
    const prefix = origin === undefined ? undefined : this.#origins.match(origin, request.path);
    if (origin === undefined || prefix === undefined) super.addRequest(request, options);
    else if (this.#destroyed) fail(request, new ClosedError('agent'));
    else this.#addOurs(request, options, { origin, prefix });
  }

  override destroy(): void {
    this.#destroyed = true;
    this.#sent.close();
    super.destroy();
  }

  #addOurs(request: ClientRequest, options: RequestOptions, at: Place): void {
    let credential: Credential;
    try {
      credential = this.#presenter.source.current();
    } catch (error) {
      fail(request, error as Error);
      return;
    }
    const ca = this.#fixedCA ?? credential.ca;
    if (ca === '') {
      fail(request, noCA(at.origin));
      return;
    }
    this.#closeIdleOfOldCA(ca);
    const value = this.#presenter.headerOf(credential);
    if (authorize(request, value)) this.#follow(request, value, credential, at);
    request.once(errorMonitor, (error: Error) => this.#learnFrom(error, at.origin, credential));
    // The CA is a part of the pool's key, so that a new one means new connections.
    super.addRequest(request, ca === undefined ? options : { ...options, ca });
  }

  #follow(request: ClientRequest, value: string, credential: Credential, at: Place): void {
    const sentAt = this.#presenter.now();
    const clean = () => scrub(request, value);
    request.once('finish', clean).once('close', clean).once(errorMonitor, clean);
    this.#sent.expect(request, ({ statusCode = 0, headers }: IncomingMessage) => {
      // A backend has its own clock, and its own reasons.
      if (isProxied(request.path, at.prefix)) return;
      if (statusCode !== 401) this.#presenter.observe(headers.date);
      else this.#presenter.rejected(credential, evidenceOf(statusCode, headers, at.origin, sentAt));
    });
  }

  /** A server that the CA of now did not sign: the source looks again, for the next request. */
  #learnFrom(error: Error, origin: string, { ca, caFile }: Credential): void {
    if (!isUntrusted(error)) return;
    const verifier = this.#fixedCA === undefined ? { ca, caFile } : { ca: this.#fixedCA };
    error.message = untrusted(error, origin, verifier).message;
    void this.#presenter.afterUntrusted();
  }

  #closeIdleOfOldCA(ca: string | undefined): void {
    if (ca === this.#ca) return;
    this.#ca = ca;
    for (const sockets of Object.values(this.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
  }
}

interface Place {
  readonly origin: string;
  readonly prefix: string;
}

function originOf({ socketPath, host, hostname, port, defaultPort = 443 }: RequestOptions): string | undefined {
  // Whoever listens at a socket's path is not who the URL names.
  if (socketPath) return undefined;
  const name = host ?? hostname ?? 'localhost';
  return `https://${name.includes(':') && !name.startsWith('[') ? `[${name}]` : name}:${port ?? defaultPort}`;
}

/** How an agent fails a request: what it calls with the socket, it calls with an error. The event comes in a later turn. */
function fail(request: ClientRequest, error: Error): void {
  (request as unknown as { onSocket(socket: null, error: Error): void }).onSocket(null, error);
}

function noCA(origin: string): CertificateUntrustedError {
  return new CertificateUntrustedError(
    `There is no CA to verify ${origin} with: ca.crt of the volume was never readable. See the source's last fault.`,
  );
}
