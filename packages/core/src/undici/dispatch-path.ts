import type { Dispatcher } from 'undici';
import { ClosedError, CredentialUnavailableError } from '../errors.ts';
import type { Credential } from '../source/types.ts';
import { explainUntrusted, isUntrusted } from '../tls.ts';
import { inject, refuse } from './inject.ts';
import type { Line } from './line.ts';
import type { NextTurn } from './next-turn.ts';
import type { Pools } from './pools.ts';
import { StartupWait } from './startup-wait.ts';
import { toError } from './to-error.ts';
import type { FailedAttempt, Transport } from './transport.ts';

type Options = Dispatcher.DispatchOptions;
type Handler = Dispatcher.DispatchHandler;

/** The way of a request through a dispatcher: wait for the first credential, inject, pick the pool, cure a stale CA. */
export class DispatchPath implements Transport {
  readonly line: Line;
  readonly #pools: Pools;
  readonly #startupWait: number;
  readonly #nextTurn: NextTurn;
  readonly #waiting = new Set<StartupWait>();
  /** A method in disguise, so that it can be handed on without a closure each time. */
  readonly #aside = (options: Options, handler: Handler): boolean => this.#sendAside(options, handler);
  #closing: Promise<void> | undefined;
  #destroying: Promise<void> | undefined;

  constructor(line: Line, pools: Pools, nextTurn: NextTurn, startupWait: number) {
    this.line = line;
    this.#pools = pools;
    this.#nextTurn = nextTurn;
    this.#startupWait = startupWait;
  }

  get closed(): boolean {
    return this.#closing !== undefined || this.#destroying !== undefined;
  }

  get destroyed(): boolean {
    return this.#destroying !== undefined;
  }

  dispatch(options: Options, handler: Handler): boolean {
    if (this.closed) return refuse(handler, new ClosedError('dispatcher'));
    if (this.#nextTurn.takes(this.line.isBusy)) return this.#dispatchNextTurn(options, handler);
    return inject(this, this.#aside, options, handler);
  }

  ended(): void {
    this.#nextTurn.ended();
  }

  send(options: Options, handler: Handler, credential: Credential): boolean {
    if (this.destroyed) throw new ClosedError('dispatcher');
    return this.#pools.for(credential).dispatch(options, handler);
  }

  wait(error: Error, options: Options, handler: Handler): boolean {
    if (!CredentialUnavailableError.is(error, 'ERR_KUBEFRESH_CREDENTIAL_UNAVAILABLE')) return false;
    this.#await(new StartupWait(handler), () => this.#injectLater(options, handler));
    return true;
  }

  recover(error: Error, attempt: FailedAttempt): boolean {
    if (!isUntrusted(error)) return false;
    this.#cure(error, attempt);
    return true;
  }

  /** No new requests; resolves when those under way, retries included, have ended. */
  close(): Promise<void> {
    this.#closing ??= this.line.whenIdle().then(() => this.#pools.close());
    return this.#closing;
  }

  /** Ends what is under way with `error`. */
  destroy(error: Error | null): Promise<void> {
    this.#destroying ??= this.#pools.destroy(error);
    for (const wait of this.#waiting) wait.abort(error ?? new ClosedError('dispatcher'));
    return this.#destroying;
  }

  /** With the token and CA of then. */
  #dispatchNextTurn(options: Options, handler: Handler): boolean {
    this.line.opened();
    this.#nextTurn.run(() => {
      this.#injectLater(options, handler);
      this.line.closed();
    });
    return true;
  }

  /** When the caller of dispatch() is not there any more to be thrown at. */
  #injectLater(options: Options, handler: Handler): void {
    try {
      inject(this, this.#aside, options, handler);
    } catch (error) {
      refuse(handler, toError(error));
    }
  }

  async #await(wait: StartupWait, goOn: () => void): Promise<void> {
    this.line.opened();
    this.#waiting.add(wait);
    await wait.run(this.line.source, this.#startupWait, goOn);
    this.#waiting.delete(wait);
    this.line.closed();
  }

  /** Without our token: another origin, or a caller who authenticates by himself. */
  #sendAside(options: Options, handler: Handler): boolean {
    if (this.destroyed) return refuse(handler, new ClosedError('dispatcher'));
    let pool: Dispatcher;
    try {
      const isServer = this.line.origins.knows(options.origin ?? '');
      pool = isServer ? this.#pools.for(this.line.source.current()) : this.#pools.aside;
    } catch (error) {
      // The CA comes with the credential.
      return this.wait(error as Error, options, handler) || refuse(handler, error as Error);
    }
    return pool.dispatch(options, handler);
  }

  /** Looks for a CA that verifies the server, and sends once more if there is another than before. */
  async #cure(error: Error, attempt: FailedAttempt): Promise<void> {
    const used = this.#pools.caOf(attempt.credential);
    const credential = attempt.repeated ? undefined : await this.line.afterUntrusted();
    if (credential === undefined || this.#pools.caOf(credential) === used) {
      attempt.fail(explainUntrusted(error, attempt.origin, this.#pools.verifierOf(attempt.credential)));
    } else {
      attempt.repeat(credential);
    }
  }
}
