import { errorMonitor } from 'node:events';
import type { ClientRequest } from 'node:http';
import { Agent, type RequestOptions } from 'node:https';
import { checkCA, unverified } from '../check-options.ts';
import { CertificateUntrustedError, ClosedError } from '../errors.ts';
import type { Credential } from '../source/types.ts';
import { Line } from './line.ts';
import type { AgentOptions } from './options.ts';
import { authorize } from './outgoing.ts';
import { RequestOrigin } from './request-origin.ts';
import { ResponseChannel } from './response-channel.ts';
import { SentRequest } from './sent-request.ts';
import { ShortCA } from './short-ca.ts';

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
  readonly #line: Line;
  readonly #channel = new ResponseChannel();
  readonly #requestOrigin = new RequestOrigin();
  readonly #shortCA = new ShortCA();
  #ca: string | undefined;
  #destroyed = false;

  constructor(options: AgentOptions) {
    const { source: _, origins: __, ca, allowInsecure = false, ...rest } = options;
    checkCA(ca);
    if (rest.rejectUnauthorized === false && !allowInsecure) throw unverified();
    super({
      keepAlive: true,
      keepAliveMsecs: PROBE_AFTER,
      ...rest,
      // An agent's options count more than a request's: neither a request nor NODE_TLS_REJECT_UNAUTHORIZED=0 switches it off.
      ...(allowInsecure ? {} : { rejectUnauthorized: true }),
    });
    this.#line = new Line(options);
  }

  override addRequest(request: ClientRequest, options: RequestOptions): void {
    const origin = this.#requestOrigin.of(options, this.options);
    const prefix = origin === undefined ? undefined : this.#line.origins.match(origin, request.path);
    if (origin === undefined || prefix === undefined) super.addRequest(request, options);
    else if (this.#destroyed) fail(request, new ClosedError('agent'));
    else this.#addOurs(request, options, origin, prefix);
  }

  override getName(options: RequestOptions = {}): string {
    const { ca } = options;
    if (typeof ca !== 'string') return super.getName(options);
    options.ca = this.#shortCA.nameOf(ca);
    try {
      return super.getName(options);
    } finally {
      options.ca = ca;
    }
  }

  override destroy(): void {
    this.#destroyed = true;
    this.#channel.close();
    super.destroy();
  }

  #addOurs(request: ClientRequest, options: RequestOptions, origin: string, prefix: string): void {
    let credential: Credential;
    try {
      credential = this.#line.source.current();
    } catch (error) {
      fail(request, error as Error);
      return;
    }
    const ca = this.#line.caOf(credential);
    if (ca === '') {
      fail(request, noCA(origin));
      return;
    }
    this.#closeIdleOfOldCA(ca);
    const entry = authorize(request, this.#line.headerOf(credential));
    if (entry === undefined)
      request.once(errorMonitor, (error: Error) => this.#line.learnFrom(error, origin, credential));
    else new SentRequest(this.#line, entry, credential, origin, prefix).follow(request);
    if (ca === undefined) super.addRequest(request, options);
    else this.#addWithCA(request, options, ca);
  }

  /** The CA is a part of the pool's key, so that a new one means new connections. */
  #addWithCA(request: ClientRequest, options: RequestOptions, ca: string): void {
    // Node copies the options at once; another copy of ours would cost as much as all else here.
    const { ca: own } = options;
    options.ca = ca;
    try {
      super.addRequest(request, options);
    } finally {
      options.ca = own;
    }
  }

  #closeIdleOfOldCA(ca: string | undefined): void {
    if (ca === this.#ca) return;
    this.#ca = ca;
    for (const sockets of Object.values(this.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
  }
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
