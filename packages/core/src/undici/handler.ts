import type { IncomingHttpHeaders } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
// Held here, so that a test's fake timers stop nothing.
import { setImmediate } from 'node:timers';
import type { Dispatcher } from 'undici';
import { evidenceOf } from '../evidence.ts';
import type { Credential, RejectionEvidence } from '../source/types.ts';
import { answerInTime } from './answer.ts';
import { type OneShotBody, replayability } from './body.ts';
import { discard, SEND_AGAIN } from './discard.ts';
import { isRefusedByGoaway } from './goaway.ts';
import { replaceAuthorization, type SentHeaders } from './headers.ts';
import { HeldController } from './held-controller.ts';
import type { Line } from './line.ts';
import { Tape } from './tape.ts';
import { toError } from './to-error.ts';
import type { FailedAttempt, Transport } from './transport.ts';
import { Trouble } from './trouble.ts';

type Controller = Dispatcher.DispatchController;
type Options = Dispatcher.DispatchOptions;

/** How the API server names a caller whose credential did not arrive. */
const ANONYMOUS = 'system:anonymous';

/**
 * `forbidden`: answered with 403, and the body may tell why. `held`: answered with a 401, while the source looks for a better
 * credential. `dropped`: answered with a 401 that nobody will see.
 */
type Stage = 'sent' | 'answered' | 'forbidden' | 'held' | 'dropped' | 'ended';

/**
 * Follows one request: hands everything on to the caller's handler, except for a 401 that a better credential can cure.
 *
 * One instance a request, few fields and no closures on the usual way: that is what keeps an injection cheap. So is that no
 * field is `#private` which holds no secret: V8 sets those up slowly (8 of them take a sixth of an injection).
 */
export class BearerHandler implements Dispatcher.DispatchHandler, FailedAttempt {
  declare private readonly transport: Transport;
  declare private readonly handler: Dispatcher.DispatchHandler;
  declare credential: Credential;
  declare private sentAt: number;
  declare private stage: Stage;
  declare private tape: Tape | undefined;
  declare private trouble: Trouble | undefined;
  /** Of what is held here, this alone shows the token. */
  #options: Options;

  /** @param headers - `options.headers` with the token of `credential` added. */
  constructor(
    transport: Transport,
    options: Options,
    headers: SentHeaders,
    credential: Credential,
    handler: Dispatcher.DispatchHandler,
  ) {
    const { line } = transport;
    this.transport = transport;
    this.handler = handler;
    this.credential = credential;
    this.sentAt = line.now();
    this.stage = 'sent';
    this.tape = undefined;
    this.trouble = undefined;
    this.#options = { ...options, headers };
    // A method of its own, as a request with a body is the rarer one.
    if (options.body !== undefined && options.body !== null) this.#record(line);
  }

  get origin(): string {
    return String(this.#options.origin);
  }

  get repeated(): boolean {
    return this.trouble?.repeated ?? false;
  }

  /** Sends for the first time. */
  start(): boolean {
    this.transport.line.opened();
    return this.#send();
  }

  repeat(credential: Credential): void {
    this.#inTrouble().repeated = true;
    this.#sendWith(credential);
  }

  fail(error: Error): void {
    this.#fail(null, error);
  }

  onRequestStart(controller: Controller, context: unknown): void {
    this.handler.onRequestStart?.(controller, context);
  }

  onRequestUpgrade(controller: Controller, status: number, headers: IncomingHttpHeaders, socket: Duplex): void {
    this.#end();
    this.handler.onRequestUpgrade?.(controller, status, headers, socket);
  }

  onResponseStarted(): void {
    this.handler.onResponseStarted?.();
  }

  onResponseStart(controller: Controller, status: number, headers: IncomingHttpHeaders, message?: string): void {
    if (status >= 200) {
      this.stage = status === 403 ? 'forbidden' : 'answered';
      if (status === 401 && this.#takesOver(controller, headers, message)) return;
      this.tape?.release();
      // A backend behind a proxy subresource has its own clock.
      if (this.transport.line.dateIsDue && !this.#isProxied()) this.transport.line.observe(headers.date);
    }
    this.handler.onResponseStart?.(controller, status, headers, message);
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.stage === 'dropped') return;
    if (this.stage === 'forbidden') this.#lookForAnonymous(chunk);
    this.handler.onResponseData?.(controller, chunk);
  }

  onResponseEnd(controller: Controller, trailers: IncomingHttpHeaders): void {
    if (this.stage === 'held') {
      // A response to HEAD has nothing to be paused.
      this.#inTrouble().heldTrailers = trailers;
      return;
    }
    if (this.stage === 'dropped') {
      // undici frees the connection in the next turn of the event loop; sent now, the request would open another.
      queueMicrotask(() => setImmediate(() => this.#sendNext()));
      return;
    }
    this.#end();
    this.handler.onResponseEnd?.(controller, trailers);
    this.transport.ended?.();
  }

  onResponseError(controller: Controller | null, error: Error): void {
    // An abort of the caller's wins over the resend.
    if (this.stage === 'dropped' && (error === SEND_AGAIN || controller?.aborted === false)) this.#sendNext();
    else if (this.stage !== 'sent' || !this.#recovers(error)) this.#fail(controller, error);
  }

  onBodySent(chunk: Buffer): void {
    this.handler.onBodySent?.(chunk);
  }

  onRequestSent(): void {
    this.handler.onRequestSent?.();
  }

  #send(): boolean {
    try {
      return this.transport.send(this.#options, this, this.credential);
    } catch (error) {
      // Thrown by another interceptor beneath us; whoever called `dispatch` may have gone on long ago.
      this.#fail(null, toError(error));
      return true;
    }
  }

  #sendWith(credential: Credential): void {
    const { line } = this.transport;
    const headers = replaceAuthorization(this.#options.headers as SentHeaders, line.headerOf(credential));
    this.#options = { ...this.#options, headers };
    this.credential = credential;
    this.sentAt = line.now();
    this.stage = 'sent';
    this.#send();
  }

  #sendNext(): void {
    const trouble = this.#inTrouble();
    trouble.stopDraining?.();
    if (trouble.next !== undefined) this.#sendWith(trouble.next);
  }

  #record({ maxReplayBytes, budget }: Line): void {
    const { body } = this.#options;
    if (replayability(body) !== 'once') return;
    // undici takes and is given any iterable; its types know of Node's streams only.
    this.tape = new Tape(body as unknown as OneShotBody, maxReplayBytes, budget);
    this.#options.body = this.tape as unknown as Readable;
  }

  /** Whether the body can be sent from its first byte. */
  #isReplayable(): boolean {
    if (this.#options.method === 'CONNECT') return false;
    return this.tape === undefined ? replayability(this.#options.body) === 'many' : this.tape.complete;
  }

  #takesOver(controller: Controller, headers: IncomingHttpHeaders, message: string | undefined): boolean {
    if (this.#isProxied()) return false;
    const answer = this.#inTrouble().seek(this.transport.line, this.credential, this.#evidence(401, headers));
    if (answer === undefined || !this.#isReplayable()) return false;
    if (answer instanceof Promise) {
      this.stage = 'held';
      this.#hold(answer, controller, headers, message);
    } else {
      this.#drop(controller, headers, answer);
    }
    return true;
  }

  /** Gets rid of the response; the resend follows at its end. */
  #drop(controller: Controller, headers: IncomingHttpHeaders, next: Credential): void {
    const trouble = this.#inTrouble();
    trouble.next = next;
    this.stage = 'dropped';
    const stop = discard(controller, headers);
    // An abort may have sent again by now.
    if (stop !== undefined) trouble.stopDraining = stop;
  }

  async #hold(
    answer: Promise<Credential | undefined>,
    controller: Controller,
    headers: IncomingHttpHeaders,
    message: string | undefined,
  ): Promise<void> {
    controller.pause();
    const next = await answerInTime(answer);
    // Aborted by the caller meanwhile: he has his error already.
    if (this.stage === 'ended') return;
    const trouble = this.#inTrouble();
    if (next === undefined || !trouble.mayTry(next)) {
      this.#deliver(new HeldController(controller), headers, message);
    } else if (trouble.heldTrailers !== undefined) {
      trouble.heldTrailers = undefined;
      this.#sendWith(next);
    } else {
      this.#drop(controller, headers, next);
      if (!controller.aborted) controller.resume();
    }
  }

  #deliver(controller: HeldController, headers: IncomingHttpHeaders, message: string | undefined): void {
    this.stage = 'answered';
    this.tape?.release();
    try {
      this.handler.onResponseStart?.(controller, 401, headers, message);
      const trailers = this.#inTrouble().heldTrailers;
      if (trailers === undefined) controller.letGo();
      else this.onResponseEnd(controller, trailers);
    } catch (error) {
      // What undici does with a handler that throws; upgrade() refuses every response but 101 in this way.
      controller.abort(toError(error));
    }
  }

  #recovers(error: Error): boolean {
    if (!this.#isReplayable()) return false;
    if (isRefusedByGoaway(error) && this.#inTrouble().mayMoveOn()) {
      // undici is still taking the old connection apart; sent now, the request would go into it. It may be closing because
      // of a refused token, which would then close the next one too.
      setImmediate(() => this.#sendWith(this.transport.line.newestOr(this.credential)));
      return true;
    }
    return this.transport.recover?.(error, this) ?? false;
  }

  #lookForAnonymous(chunk: Buffer): void {
    // The first chunk tells: the API server's Status is a few hundred bytes.
    this.stage = 'answered';
    if (!chunk.includes(ANONYMOUS) || this.#isProxied()) return;
    this.transport.line.rejected(this.credential, this.#evidence(403, {}));
  }

  #isProxied(): boolean {
    return this.transport.line.isProxied(this.#options);
  }

  #evidence(status: number, headers: IncomingHttpHeaders): RejectionEvidence {
    return evidenceOf(status, headers, this.origin, this.sentAt);
  }

  #inTrouble(): Trouble {
    this.trouble ??= new Trouble();
    return this.trouble;
  }

  #fail(controller: Controller | null, error: Error): void {
    this.#end();
    // undici itself passes null for a request that never started; its types do not say so.
    this.handler.onResponseError?.(controller as Controller, error);
  }

  #end(): void {
    if (this.stage === 'ended') return;
    this.stage = 'ended';
    this.trouble?.stopDraining?.();
    this.tape?.release();
    this.transport.line.closed();
  }
}
