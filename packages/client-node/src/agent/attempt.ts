import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { nextTick } from 'node:process';
import { clearTimeout, setTimeout } from 'node:timers';
import type { Credential, RejectionEvidence } from '@kubefresh/core';
import { isWatch, Patience } from '../route/patience.ts';
import { discard } from './discard.ts';
import { isProxied } from './proxied.ts';
import { Recording } from './recording.ts';
import { isLost, isUntrusted } from './trouble.ts';
import type { Upstream } from './upstream.ts';

/** How long the source may take to look for another CA after a verification failure, ms. */
const RENEW_TIMEOUT = 5000;
/** Marks the options of a request that stands in for another: it is followed by that one's attempt already. */
export const STAND_IN = Symbol('kubefresh.stand-in');
/** What a stand-in tells the request that it stands in for. */
const TOLD = ['socket', 'information', 'continue', 'timeout', 'abort', 'close'] as const;

// Taken at import: a user's fake timers are the user's.
const setTimer = setTimeout;
const clearTimer = clearTimeout;
const now = performance.now.bind(performance);

/**
 * Follows one request of node:http through its life. Its owner listens to the request itself; so when a 401 or a stale CA can
 * be cured, a second request is sent, and what happens to it is told by the first: a response, an upgrade, an end. Whatever
 * cannot be cured reaches the owner untouched.
 */
export class Attempt {
  readonly #request: ClientRequest;
  readonly #options: object;
  readonly #upstream: Upstream;
  readonly #recording: Recording;
  readonly #emit: ClientRequest['emit'];
  /** The request in flight: the owner's own, or what stands in for it. */
  #flying: ClientRequest;
  #credential: Credential;
  #sentAt = now();
  /** The newest generation that was refused. */
  #refused = 0;
  #cured = false;
  /** While the source is asked: nothing is told. */
  #held = false;
  #closed = false;
  readonly #patience: Patience | undefined;
  #timer: NodeJS.Timeout | undefined;
  #endPause: (() => void) | undefined;

  constructor(request: ClientRequest, options: object, credential: Credential, upstream: Upstream) {
    this.#request = request;
    this.#options = options;
    this.#credential = credential;
    this.#upstream = upstream;
    this.#recording = new Recording(request);
    this.#flying = request;
    this.#emit = request.emit.bind(request);
    this.#patience = isWatch(request.method, request.path) ? new Patience() : undefined;
    const destroy = request.destroy.bind(request);
    request.emit = (name: string | symbol, ...args: unknown[]) => this.#happened(request, name, args);
    request.destroy = (error) => {
      this.#held = false;
      clearTimer(this.#timer);
      this.#endPause?.();
      if (this.#flying !== request) this.#flying.destroy(error);
      return destroy(error);
    };
  }

  /** Something happened to one of our requests. Answers whether anybody listened, as `emit` does. */
  #happened(request: ClientRequest, name: string | symbol, args: unknown[]): boolean {
    if (request !== this.#flying || this.#held) {
      // The owner's first request may end before he has heard of its end.
      if (name === 'close' && request === this.#flying) this.#closed = true;
      // What `ws` destroys when its owner gives up. Not before Node has done with the first one's socket, in this very tick.
      if (name === 'close' && request === this.#request) nextTick(() => this.#adoptSocket());
      return name === 'close' || name === 'error' || this.#emit(name as string, ...args);
    }
    if (name === 'response') {
      const response = args[0] as IncomingMessage;
      if (response.statusCode === 401 && this.#curable()) return this.#hold(() => this.#cureRefusal(response));
    } else if (name === 'error') {
      const error = args[0] as Error;
      if (!this.#cured && isUntrusted(error)) return this.#hold(() => this.#cureCA(error));
      if (!this.#cured && isLost(error, request)) return this.#hold(() => this.#send(this.#credential));
    }
    return this.#tell(name, args);
  }

  #adoptSocket(): void {
    Object.assign(this.#request, { socket: this.#flying.socket });
  }

  #tell(name: string | symbol, args: unknown[]): boolean {
    if (name === 'response' || name === 'upgrade') this.#recording.drop();
    return this.#emit(name as string, ...args);
  }

  #curable(): boolean {
    return this.#recording.complete && !isProxied(this.#request.path);
  }

  #hold(cure: () => Promise<void>): true {
    this.#held = true;
    void cure();
    return true;
  }

  /** Goes on with the request in flight as it is. */
  #letGo(name: 'response' | 'error', what: IncomingMessage | Error): void {
    if (!this.#held) return;
    this.#held = false;
    const heard = this.#tell(name, [what]);
    if (!heard && name === 'response') (what as IncomingMessage).resume();
    if (this.#closed) this.#tell('close', []);
  }

  async #cureRefusal(response: IncomingMessage): Promise<void> {
    const refused = this.#credential;
    const next = await this.#ask(refused, response);
    // A second resend is for a token that is newer than all that were refused: rotations can follow each other closely.
    const worthwhile = next !== undefined && (!this.#cured || next.generation > this.#refused);
    this.#refused = Math.max(this.#refused, refused.generation);
    const better = worthwhile ? next : await this.#later();
    if (better === undefined || !this.#held) return this.#letGo('response', response);
    discard(response);
    await this.#send(better);
  }

  /** For a watch, while there is patience: the credential of then. */
  async #later(): Promise<Credential | undefined> {
    const pause = this.#patience?.next();
    if (pause === undefined) return undefined;
    await new Promise<void>((resolve) => {
      this.#timer = setTimer(resolve, pause);
      this.#endPause = resolve;
    });
    try {
      return this.#upstream.source.current();
    } catch {
      return undefined;
    }
  }

  async #ask(refused: Credential, { headers }: IncomingMessage): Promise<Credential | undefined> {
    const auditId = headers['audit-id'];
    const evidence: RejectionEvidence = {
      status: 401,
      origin: this.#upstream.place.origin,
      sentAt: this.#sentAt,
      ...(headers.date === undefined ? {} : { date: headers.date }),
      ...(typeof auditId === 'string' ? { auditId } : {}),
    };
    try {
      return await this.#upstream.source.rejected(refused, evidence);
    } catch {
      return undefined;
    }
  }

  async #cureCA(error: Error): Promise<void> {
    const { source } = this.#upstream;
    const used = this.#credential.ca;
    try {
      const credential = await source.renew({ reason: 'tls', signal: AbortSignal.timeout(RENEW_TIMEOUT) });
      if (credential.ca === used) return this.#letGo('error', error);
      await this.#send(credential);
    } catch {
      this.#letGo('error', error);
    }
  }

  async #send(credential: Credential): Promise<void> {
    const { issued } = this.#upstream;
    const agent = await this.#upstream.agentFor(credential);
    if (!this.#held) return;
    this.#held = false;
    this.#cured = true;
    this.#credential = credential;
    this.#sentAt = now();
    const { method, path, protocol } = this.#request;
    const headers = { ...this.#request.getHeaders(), authorization: issued.for(credential) };
    const send = protocol === 'http:' ? http.request : https.request;
    const request = send({
      ...this.#options,
      ca: undefined,
      agent,
      method,
      path,
      headers,
      [STAND_IN]: true,
    } as https.RequestOptions);
    this.#flying = request;
    this.#listen(request);
    this.#recording.replay(request);
  }

  #listen(request: ClientRequest): void {
    const happened = (name: string, ...args: unknown[]) => this.#happened(request, name, args);
    request.on('response', (response) => {
      Object.assign(this.#request, { res: response });
      if (!happened('response', response)) response.resume();
    });
    request.on('error', (error) => happened('error', error));
    for (const name of TOLD) request.on(name, (...args: unknown[]) => happened(name, ...args));
    // Node closes an upgraded connection that nobody listens for, and so must we be no listener for nobody.
    if (this.#request.listenerCount('upgrade') > 0) request.on('upgrade', (...args) => happened('upgrade', ...args));
  }
}
