import { ClientRequest, type IncomingMessage } from 'node:http';
import { nextTick } from 'node:process';
import { type Credential, isUntrusted } from '@kubefresh/core';
import { lookForAnonymous } from './anonymous.ts';
import { Cures } from './cures.ts';
import { discard } from './discard.ts';
import { isProxied } from './proxied.ts';
import { Recording } from './recording.ts';
import { listenTo, standInFor } from './stand-in.ts';
import { isLost } from './trouble.ts';
import type { Upstream } from './upstream.ts';

// Node's own: nobody else stands before a request that has just been made.
const { emit, destroy } = ClientRequest.prototype;

const ATTEMPT = Symbol('kubefresh.attempt');
type Followed = ClientRequest & { readonly [ATTEMPT]: Attempt };

// Functions that all requests share: with closures of its own, each request of 5 KB outlived several collections of garbage.
function followedEmit(this: Followed, name: string | symbol, ...args: unknown[]): boolean {
  return this[ATTEMPT].happened(this, name, args);
}
function followedDestroy(this: Followed, error?: Error): ClientRequest {
  return this[ATTEMPT].destroy(error);
}

/**
 * Follows one request of node:http through its life. Its owner listens to the request itself; so when a 401 or a stale CA can
 * be cured, a second request is sent, and what happens to it is told by the first: a response, an upgrade, an end. Whatever
 * cannot be cured reaches the owner untouched.
 */
export class Attempt {
  readonly #request: ClientRequest;
  readonly #options: object;
  readonly #upstream: Upstream;
  readonly #recording: Recording | undefined;
  readonly #cures: Cures;
  /** The request in flight: the owner's own, or what stands in for it. */
  #flying: ClientRequest;
  /** While a cure is looked for, nothing is told. */
  #held = false;
  /** The request in flight ended meanwhile. */
  #closed = false;
  /** Its owner gave it up: what happens now, a hang-up that looks like a lost connection too, is no reason to send again. */
  #abandoned = false;

  /** @param ca - of the agent that the request is sent on. */
  constructor(
    request: ClientRequest,
    options: object,
    credential: Credential,
    ca: string | undefined,
    upstream: Upstream,
  ) {
    this.#request = request;
    this.#options = options;
    this.#upstream = upstream;
    this.#recording = hasBody(request) ? new Recording(request) : undefined;
    this.#cures = new Cures(request, credential, ca, upstream);
    this.#flying = request;
    Object.assign(request, { [ATTEMPT]: this, emit: followedEmit, destroy: followedDestroy });
  }

  /** Its owner gives up; or the agent of a SOCKS proxy does so for him, before anybody is told that no CA has signed the server. */
  destroy(error: Error | undefined): ClientRequest {
    if (this.#isUntold()) return destroy.call(this.#request, error) as ClientRequest;
    this.#held = false;
    this.#abandoned = true;
    this.#cures.giveUp();
    if (this.#flying !== this.#request) this.#flying.destroy(error);
    return destroy.call(this.#request, error) as ClientRequest;
  }

  /** Whether its connection has failed so, and the request is to be told of it: another CA may be found then. */
  #isUntold(): boolean {
    return !this.#held && this.#flying === this.#request && isUntrusted(this.#request.socket?.errored);
  }

  /** Something happened to one of our requests. Answers whether anybody listened, as `emit` does. */
  happened(request: ClientRequest, name: string | symbol, args: unknown[]): boolean {
    if (request !== this.#flying || this.#held) return this.#happenedAside(request, name, args);
    if (this.#abandoned) return this.#tell(name, args);
    if (name === 'response') {
      const response = args[0] as IncomingMessage;
      const { dates } = this.#upstream;
      if (dates.due) dates.observe(response, this.#request);
      if (response.statusCode === 401 && this.#curable()) return this.#hold(() => this.#cureRefusal(response));
      if (response.statusCode === 403 && !isProxied(this.#request.path))
        lookForAnonymous(response, () => this.#cures.cameAnonymous(response));
    } else if (name === 'error') {
      const error = args[0] as Error;
      // Whatever it was sent again for before: the CA may have changed under that one, too.
      if (!this.#cures.triedAnotherCA && isUntrusted(error)) return this.#hold(() => this.#cureCA(error));
      if (isUntrusted(error)) return this.#tell(name, [this.#cures.explained(error)]);
      if (!this.#cures.tried && isLost(error, request)) return this.#hold(() => this.#send(this.#cures.credential));
    }
    return this.#tell(name, args);
  }

  /** To the request that another stands in for, or while that is not decided: its end is not the owner's. */
  #happenedAside(request: ClientRequest, name: string | symbol, args: unknown[]): boolean {
    if (name !== 'close' && name !== 'error') return emit.call(this.#request, name as string, ...args);
    if (name === 'close' && request === this.#flying) this.#closed = true;
    // What `ws` destroys when its owner gives up. Not before Node has done with the first one's socket, in this very tick.
    if (name === 'close' && request === this.#request) {
      nextTick(() => Object.assign(this.#request, { socket: this.#flying.socket }));
    }
    return true;
  }

  #tell(name: string | symbol, args: unknown[]): boolean {
    if (name === 'response' || name === 'upgrade') this.#recording?.drop();
    return emit.call(this.#request, name as string, ...args);
  }

  #curable(): boolean {
    const written = this.#recording?.complete ?? this.#request.writableEnded;
    return written && !isProxied(this.#request.path);
  }

  #hold(cure: () => Promise<void>): true {
    this.#held = true;
    void cure();
    return true;
  }

  /** There is no cure: the owner is told what happened. */
  #letGo(name: 'response' | 'error', what: IncomingMessage | Error): void {
    if (!this.#held) return;
    this.#held = false;
    const heard = this.#tell(name, [what]);
    if (!heard && name === 'response') (what as IncomingMessage).resume();
    if (this.#closed) this.#tell('close', []);
  }

  async #cureRefusal(response: IncomingMessage): Promise<void> {
    const better = await this.#cures.forRefusal(response);
    if (better === undefined || !this.#held) return this.#letGo('response', response);
    discard(response);
    await this.#send(better);
  }

  async #cureCA(error: Error): Promise<void> {
    const better = await this.#cures.forUntrusted();
    if (better === undefined) return this.#letGo('error', this.#cures.explained(error));
    await this.#send(better);
  }

  async #send(credential: Credential): Promise<void> {
    const agent = await this.#upstream.agentFor(credential);
    if (!this.#held) return;
    this.#held = false;
    this.#closed = false;
    this.#cures.trying(credential);
    const authorization = this.#upstream.issued.for(credential);
    const standIn = standInFor(this.#request, this.#options, { agent, authorization });
    this.#flying = standIn;
    listenTo(standIn, this.#request, (name, args) => this.happened(standIn, name, args));
    if (this.#recording === undefined) standIn.end();
    else this.#recording.replay(standIn);
  }
}

/** Whether anything can be written to it that the server would take for a body. */
function hasBody(request: ClientRequest): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return true;
  return request.hasHeader('content-length') || request.hasHeader('transfer-encoding');
}
