import { type EventEmitter, once } from 'node:events';
import { type IncomingMessage, ServerResponse } from 'node:http';
import { createSecureServer, type ServerHttp2Session } from 'node:http2';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Server, TLSSocket } from 'node:tls';
import { TestingError } from '../../errors.ts';
import type { ServingCertificate } from '../tls/authority.ts';
import type { RawRequest, RawResponse } from './exchange.ts';

/** Called for each request, an upgrade among them, with the number of its connection. */
export type RequestListener = (
  raw: RawRequest,
  response: RawResponse,
  connection: number,
  upgrade?: { readonly socket: Duplex; readonly head: Buffer },
) => void;

const CONNECTION = Symbol('connection');
type NumberedSocket = Duplex & { [CONNECTION]?: number };

// The API server leaves idle connections open for minutes; Node's default of 5 s would cut clients that poll slowly.
const KEEP_ALIVE_MS = 120_000;

/** The listening end: TLS, HTTP/1.1 and HTTP/2 on one port, and its open connections. */
export class Listener {
  readonly #server: Server;
  readonly #sockets = new Set<TLSSocket>();
  readonly #sessions = new Set<ServerHttp2Session>();
  /** HTTP/1.1 connections that end with their next answer. */
  readonly #leaving = new WeakSet<object>();
  #opened = 0;

  constructor(certificate: ServingCertificate, http2: boolean, onRequest: RequestListener) {
    this.#server = http2 ? createSecureServer({ ...certificate, allowHTTP1: true }) : createServer(certificate);
    // `allowHTTP1` gives an HTTP/2 server the properties of an http one, which its type does not mention.
    Object.assign(this.#server, { keepAliveTimeout: KEEP_ALIVE_MS });
    // Before Node's own listener, which hands the socket on to HTTP: requests must find its number there.
    this.#server.prependListener('secureConnection', (socket) => {
      // As Go's server has it. node:http2 leaves it off, and each second write of a watch or log then waits 40 ms.
      socket.setNoDelay(true);
      this.#track(socket);
    });
    this.#server.on('session', (session: ServerHttp2Session) => {
      this.#sessions.add(session);
      session.on('close', () => this.#sessions.delete(session));
      // A client that resets a connection is what faults provoke: no reason to end the test's process.
      session.on('error', () => undefined);
    });
    this.#server.on('request', (raw: RawRequest, response: RawResponse) => {
      if (this.#leaving.has(raw.socket)) response.setHeader('connection', 'close');
      // Go keeps connections without saying so. Node would say for how long, which clients go by.
      else if (raw.httpVersionMajor === 1) response.removeHeader('connection');
      onRequest(raw, response, numberOf(raw.socket));
    });
    this.#server.on('upgrade', (raw: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', () => undefined);
      const response = new ServerResponse(raw);
      response.assignSocket(socket as TLSSocket);
      // Nobody reads this connection any more: an answer that is no upgrade is its last.
      response.shouldKeepAlive = false;
      response.on('finish', () => socket.end());
      onRequest(raw, response, numberOf(socket), { socket, head });
    });
    this.#server.on('clientError', (_error: Error, socket: Duplex) => socket.destroy());
    this.#server.on('sessionError', () => undefined);
    this.#server.on('tlsClientError', () => undefined);
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** How many have been opened so far. */
  get opened(): number {
    return this.#opened;
  }

  /** @throws {TestingError} `ERR_KUBEFRESH_TESTING_PORT_IN_USE` */
  async listen(port: number, host: string): Promise<number> {
    try {
      this.#server.listen(port, host);
      await once(this.#server, 'listening');
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
      throw new TestingError(
        'ERR_KUBEFRESH_TESTING_PORT_IN_USE',
        `startApiServer(): port ${port} on ${host} is in use. Leave out \`port\` to get a free one.`,
        { cause },
      );
    }
    return (this.#server.address() as AddressInfo).port;
  }

  /** Serves this certificate on connections opened from now on. */
  present(certificate: ServingCertificate): void {
    this.#server.setSecureContext({ ...certificate });
  }

  /** Asks every client to move to another connection, as Go's `http.Server.Shutdown` does; what is under way may finish. */
  goAway(): void {
    for (const session of [...this.#sessions]) session.close();
    for (const socket of this.#sockets) this.#leaving.add(socket);
  }

  /** Cuts every open connection at once. */
  cut(): void {
    for (const session of [...this.#sessions]) session.destroy();
    for (const socket of [...this.#sockets]) socket.destroy();
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const ends = [this.#server, ...this.#sockets].map(
      (end: EventEmitter) => new Promise<void>((resolve) => end.once('close', resolve)),
    );
    this.#server.close();
    this.cut();
    await Promise.all(ends);
  }

  #track(socket: TLSSocket): void {
    this.#opened += 1;
    (socket as NumberedSocket)[CONNECTION] = this.#opened;
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
  }
}

function numberOf(socket: Duplex): number {
  return (socket as NumberedSocket)[CONNECTION] ?? 0;
}
