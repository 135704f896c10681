import { errorMonitor } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { evidenceOf } from '../evidence.ts';
import { isProxied } from '../proxied.ts';
import type { Credential } from '../source/types.ts';
import type { Line } from './line.ts';
import { type HeaderEntry, scrub } from './outgoing.ts';

/** Where a request keeps its `SentRequest`: a WeakMap costs each request, and each garbage collection, more. */
const SENT = Symbol('kubefresh');

type Marked = ClientRequest & { [SENT]?: SentRequest };

/**
 * Follows a request that carries a token of ours: takes the token out when it was sent, and tells the source what the server
 * says to it.
 *
 * One object a request and no closures, which would cost more than all else that is done for it. All is private, so that
 * nothing of it shows where the request is inspected.
 */
export class SentRequest {
  readonly #line: Line;
  readonly #entry: HeaderEntry;
  readonly #credential: Credential;
  readonly #origin: string;
  readonly #prefix: string;
  readonly #sentAt: number;

  /**
   * @param entry - The header in the request, to be scrubbed.
   * @param prefix - The part of the path that belongs to the server's address.
   */
  constructor(line: Line, entry: HeaderEntry, credential: Credential, origin: string, prefix: string) {
    this.#line = line;
    this.#entry = entry;
    this.#credential = credential;
    this.#origin = origin;
    this.#prefix = prefix;
    this.#sentAt = line.now();
  }

  follow(request: ClientRequest): void {
    (request as Marked)[SENT] = this;
    request.on('finish', onSent).on('close', onSent).on(errorMonitor, onError);
  }

  /** The head of the response has come. */
  answered(request: ClientRequest, response: IncomingMessage): void {
    const isRefused = response.statusCode === 401;
    // Not to be asked for without need: Node makes the headers when they are first read.
    if (!isRefused && !this.#line.dateIsDue) return;
    // A backend has its own clock, and its own reasons.
    if (isProxied(request.path, this.#prefix)) return;
    const { headers } = response;
    if (isRefused) this.#line.rejected(this.#credential, evidenceOf(401, headers, this.#origin, this.#sentAt));
    else this.#line.observe(headers.date);
  }

  /** Takes the token out of `request`. */
  clean(request: ClientRequest): void {
    scrub(request, this.#entry);
  }

  failed(request: ClientRequest, error: Error): void {
    this.clean(request);
    this.#line.learnFrom(error, this.#origin, this.#credential);
  }
}

/** Tells whoever follows `request` of its response. */
export function tellAnswered(request: ClientRequest, response: IncomingMessage): void {
  (request as Marked)[SENT]?.answered(request, response);
}

function onSent(this: Marked): void {
  this[SENT]?.clean(this);
}

function onError(this: Marked, error: Error): void {
  this[SENT]?.failed(this, error);
}
