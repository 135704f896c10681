import { errorMonitor } from 'node:events';
import type { ClientRequest } from 'node:http';
import { Agent, type RequestOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { checkCA, unverified } from '../check-options.ts';
import { CertificateUntrustedError, ClosedError } from '../errors.ts';
import type { Credential } from '../source/types.ts';
import { isUntrusted } from '../tls.ts';
import { type Callback, HELD_FOR, HeldConnections } from './held-connections.ts';
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
 * An agent cannot send a request again: a 401 reaches the caller, and the next request has a better token. It can connect
 * again: a request that was begun just when the CA changed goes by a connection verified with the new one. For this a request
 * gets a new connection (`socket` event) once the server is verified, at most half a second later than from other agents; with
 * `maxSockets`, `maxTotalSockets`, `proxyEnv` or a `timeout` up to 500 ms it gets it at once, and fails then. A request fails, by
 * its `error` event, with CredentialUnavailableError while the source never held a credential, and with ClosedError
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
  readonly #held = new HeldConnections();
  /** The request that is being added, if it can be given another connection than its first. */
  #adding: ClientRequest | undefined;
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

  override createConnection(options: RequestOptions, callback?: Callback): Duplex | null | undefined {
    const connection = super.createConnection(options, callback);
    const request = this.#adding;
    if (!connection || callback === undefined || request === undefined || !this.#mayHold(options)) return connection;
    this.#held.hold(request, connection, callback, (error) => this.#connectAgain(error, options, callback));
    return undefined;
  }

  override destroy(): void {
    this.#destroyed = true;
    this.#channel.close();
    // Only what the agent has been given does it destroy.
    this.#held.release();
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
    if (!this.#line.caIsFixed) this.#adding = request;
    try {
      super.addRequest(request, options);
    } finally {
      options.ca = own;
      this.#adding = undefined;
    }
  }

  /**
   * Whether a connection may be held back. An agent counts its connections when it has them, so that a limit would not be
   * kept; and to a proxy Node itself holds it.
   */
  #mayHold({ timeout = Number.POSITIVE_INFINITY }: RequestOptions): boolean {
    const isLimited = Number.isFinite(this.maxSockets) || Number.isFinite(this.maxTotalSockets);
    return !isLimited && !('proxyEnv' in this.options) && timeout > HELD_FOR;
  }

  /** Connects once more when the source has another CA than the one that did not verify the server. */
  async #connectAgain(error: Error, options: RequestOptions, callback: Callback): Promise<Duplex | undefined> {
    const credential = isUntrusted(error) ? await this.#line.afterUntrusted() : undefined;
    const ca = credential && this.#line.caOf(credential);
    if (ca === undefined || ca === '' || ca === options.ca || this.#destroyed) return undefined;
    try {
      // Without the agent's key, by which it would keep the TLS session for connections of the old CA.
      const connection = super.createConnection({ ...options, ca, _agentKey: undefined } as RequestOptions, callback);
      // The agent would keep it for requests with the old CA, of which there are none any more.
      return connection?.once('free', () => connection.destroy());
    } catch {
      // A CA that cannot be read; the error of now names the one before.
      return undefined;
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
