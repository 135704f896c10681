import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { Socket } from 'node:net';
import type { Duplex, Writable } from 'node:stream';
import { systemClock } from '../../clock.ts';
import type { JournalEntry, RequestFacts } from '../../journal/entry.ts';
import { ANONYMOUS, type User } from '../auth/user.ts';
import { type Status, StatusError } from './status.ts';

/** The two forms in which Node hands out a request and its response. */
export type RawRequest = IncomingMessage | Http2ServerRequest;
export type RawResponse = ServerResponse | Http2ServerResponse;

// `limitedReadBody` of the API server: 3 MiB.
const MAX_BODY_BYTES = 3 * 1024 * 1024;

/** What an exchange needs of its server. */
export interface ExchangeHost {
  /** The server's clock, skew and all: what the Date header says. */
  now(): number;
  /** Enters the exchange into the journal, once, when its status is decided. */
  record(entry: JournalEntry): void;
  faultsOn(): readonly string[];
}

/** One request on its way through the server, and its answer. */
export class Exchange {
  readonly facts: RequestFacts;
  readonly raw: RawRequest;
  readonly response: RawResponse;
  /** Present on a request that asks for an upgrade: its socket and the first bytes after the head. */
  readonly upgrade: { readonly socket: Duplex; readonly head: Buffer } | undefined;
  /** The bearer token: for the authenticator, never shown. */
  #token: string | undefined;
  readonly #host: ExchangeHost;
  readonly #faults: string[] = [];
  readonly #warnings: string[] = [];
  readonly auditId = randomUUID();
  user: User = ANONYMOUS;
  #reason: string | undefined;
  #body: { readonly bytes: number; readonly hash: string } | undefined;
  #entry: JournalEntry | undefined;

  constructor(options: {
    facts: RequestFacts;
    raw: RawRequest;
    response: RawResponse;
    token: string | undefined;
    host: ExchangeHost;
    upgrade?: { readonly socket: Duplex; readonly head: Buffer };
  }) {
    this.facts = options.facts;
    this.raw = options.raw;
    this.response = options.response;
    this.upgrade = options.upgrade;
    this.#token = options.token;
    this.#host = options.host;
    this.response.on('close', () => this.#end());
  }

  /** The server's time, in ms since the epoch. */
  now(): number {
    return this.#host.now();
  }

  get token(): string | undefined {
    return this.#token;
  }

  /** Forgets the credential, as if something on the way had taken it off. */
  stripToken(): void {
    this.#token = undefined;
  }

  /** Ends the connection without an answer. */
  cut(): void {
    this.decide(0);
    // The session, where there is one: destroying its socket alone leaves its streams to time out.
    if ('stream' in this.response) this.response.stream.session?.destroy();
    else this.response.socket?.destroy();
  }

  /**
   * Enters a 101 and hands the connection over to another protocol, which sends it.
   *
   * @throws {TypeError} if the request did not ask for an upgrade
   */
  switchProtocols(): { readonly request: IncomingMessage; readonly socket: Duplex; readonly head: Buffer } {
    if (!this.upgrade || 'stream' in this.response) throw new TypeError('no upgrade was asked for');
    const { socket, head } = this.upgrade;
    this.decide(101);
    this.response.detachSocket(socket as Socket);
    socket.once('close', () => this.#end());
    return { request: this.raw as IncomingMessage, socket, head };
  }

  /** Asks an HTTP/2 client to leave this connection once its streams are done; does nothing on HTTP/1.1. */
  goAway(): void {
    if ('stream' in this.response) this.response.stream.session?.close();
  }

  /** Whether the client is gone. */
  get gone(): boolean {
    return this.response.destroyed || this.response.writableEnded;
  }

  /** Notes that a fault acted on this request. */
  touchedBy(fault: string): void {
    this.#faults.push(fault);
  }

  /** Adds a Warning header to the answer. */
  warn(text: string | undefined): void {
    if (text !== undefined) this.#warnings.push(`299 - ${JSON.stringify(text)}`);
  }

  /** Why it was refused: for the journal only. */
  refusedBecause(reason: string): void {
    this.#reason = reason;
  }

  /** Sends the head at once; the body is the caller's. */
  start(status: number, headers: Readonly<Record<string, string>> = {}): void {
    this.#setHead(status, headers);
    (this.response as ServerResponse).writeHead(status);
    // HTTP/1.1 would keep the head back until the first byte of the body, which in a watch may take minutes.
    if ('flushHeaders' in this.response) this.response.flushHeaders();
  }

  write(chunk: string | Uint8Array): void {
    (this.response as Writable).write(chunk);
  }

  end(chunk?: string | Uint8Array): void {
    (this.response as Writable).end(chunk);
  }

  #setHead(status: number, headers: Readonly<Record<string, string>>): void {
    this.decide(status);
    this.response.statusCode = status;
    const standard = {
      'audit-id': this.auditId,
      'cache-control': 'no-cache, private',
      date: new Date(this.#host.now()).toUTCString(),
    };
    for (const [name, value] of Object.entries({ ...standard, ...headers })) this.response.setHeader(name, value);
    if (this.#warnings.length > 0) this.response.setHeader('warning', this.#warnings);
  }

  /** Sends a whole answer. */
  send(status: number, body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): void {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    this.#setHead(status, { 'content-length': String(bytes.byteLength), ...headers });
    this.end(bytes);
  }

  sendJson(status: number, object: unknown, headers: Readonly<Record<string, string>> = {}): void {
    this.send(status, `${JSON.stringify(object)}\n`, { 'content-type': 'application/json', ...headers });
  }

  sendStatus(status: Status, headers: Readonly<Record<string, string>> = {}): void {
    // `responsewriters.Forbidden`.
    const forbidden = status.code === 403 ? { 'x-content-type-options': 'nosniff' } : {};
    this.sendJson(status.code ?? 200, status, { ...forbidden, ...headers });
  }

  /** The whole request body. @throws {StatusError} 413 over 3 MiB, as the API server has it. */
  async body(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of this.raw as AsyncIterable<Buffer>) {
      bytes += chunk.byteLength;
      if (bytes > MAX_BODY_BYTES) {
        throw new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${MAX_BODY_BYTES}`);
      }
      chunks.push(chunk);
    }
    const body = Buffer.concat(chunks);
    this.#body = { bytes, hash: createHash('sha256').update(body).digest('hex') };
    return body;
  }

  /** Enters it into the journal with this status (0: cut), if that has not been done. */
  decide(status: number): void {
    if (this.#entry) return;
    this.#entry = {
      ...this.facts,
      status,
      ...(status !== 401 && { user: this.user.username }),
      ...(this.#reason !== undefined && { reason: this.#reason }),
      auditId: this.auditId,
      faults: [...this.#faults],
      faultsOn: this.#host.faultsOn().filter((name) => !this.#faults.includes(name)),
      ...(this.#body && { bodyBytes: this.#body.bytes, bodyHash: this.#body.hash }),
    };
    this.#host.record(this.#entry);
  }

  #end(): void {
    // A client that left before any answer is entered as cut.
    this.decide(0);
    if (this.#entry) this.#entry.endedAt ??= systemClock.now();
  }
}
