import type { Clock } from '../clock.ts';
import { ClosedError, CredentialUnavailableError, KubefreshError } from '../errors.ts';
import { BaseEngine } from '../source/base-engine.ts';
import type { CredentialParts } from '../source/holder.ts';
import type { Credential, CredentialSource, SourceEvents, WatcherMode } from '../source/types.ts';
import { warnOnce } from '../warnings.ts';
import { Backoff } from './backoff.ts';
import { renewalTime } from './renewal.ts';
import type { Minted } from './requester.ts';
import { TokenRequestError, type TokenRequestFailure } from './token-request-error.ts';
import { noTokenYet } from './unavailable.ts';

/** A request sees time in steps of this, ms; only demotion asks. */
const STEP = 10;
/** 401s ask for another token at most this often, ms: each costs the API server a signature and an entry in its audit log. */
const FORCED_EVERY = 1_000;
const ALARM_HINT = "Asking for a new one fails; see the source's 'fault' events.";
/** What a failed request is a fault of. */
const REQUEST = 'token-request';

/** Failures that last until somebody does something: worth a warning even where nobody listens. */
const LASTING: readonly TokenRequestFailure[] = ['forbidden', 'not-found', 'conflict', 'invalid'];

/** What a `MintEngine` is made with. */
export interface MintEngineOptions {
  readonly clock: Clock;
  /** Names the account, for messages and tracing. */
  readonly place: string;
  /** Asks for a token. */
  readonly request: () => Promise<Minted>;
  /** Who asks: its CA is handed on, and a token that it has late is used at once. */
  readonly parent: CredentialSource | undefined;
  readonly onRelease: () => void;
}

/** Holds the token of one account, and asks for the next one in time: the old one serves as long as it is valid. */
export class MintEngine extends BaseEngine {
  readonly #options: MintEngineOptions;
  readonly #backoff = new Backoff();
  #renewing: Promise<void> | undefined;
  /** When to ask, on the server's clock, ms since the epoch. */
  #renewAt = Number.POSITIVE_INFINITY;
  /** When to ask again after a failure, on the monotonic clock, ms. */
  #retryAt = Number.POSITIVE_INFINITY;
  /** Not before this, as the server asked; monotonic, ms. */
  #notBefore = Number.NEGATIVE_INFINITY;
  #askedAt = Number.NEGATIVE_INFINITY;
  #failing = false;
  #cancelTick: (() => void) | undefined;

  constructor(options: MintEngineOptions) {
    const { clock, place } = options;
    super({ clock, step: STEP, place, alarm: { place: `the TokenRequest API (${place})`, hint: ALARM_HINT } });
    this.#options = options;
    options.parent?.on('renewed', this.#parentRenewed);
    this.renew('start');
  }

  override current(): Credential {
    // Its manager may have ended it under an open handle.
    if (this.closed) throw new ClosedError('source');
    const credential = this.holder.current;
    if (credential === undefined) throw this.#unavailable();
    return credential;
  }

  override renew(reason: string): Promise<void> {
    this.#renewing ??= this.#ask(reason).finally(() => {
      this.#renewing = undefined;
      this.schedule();
    });
    return this.#renewing;
  }

  override release(): void {
    this.#options.onRelease();
  }

  override close(): void {
    super.close();
    this.#cancelTick?.();
    this.#options.parent?.off('renewed', this.#parentRenewed);
  }

  protected override get watcher(): WatcherMode {
    return 'none';
  }

  /** Nothing changes unless it is asked for. */
  protected override look(): void {}

  protected override force(): void | Promise<void> {
    const now = this.clock.monotonic();
    if (this.#renewing === undefined && (now < this.#notBefore || now - this.#askedAt < FORCED_EVERY)) return;
    return this.renew('rejected');
  }

  /** One timer: for the renewal, the repetition after a failure, or the next moment in the token's life. */
  protected override schedule(): void {
    this.#cancelTick?.();
    if (this.closed) return;
    const next = this.#renewing === undefined ? this.#untilAsked() : Number.POSITIVE_INFINITY;
    // A millisecond late, never early: a timer may fire within the millisecond before its moment.
    const delay = Math.min(Math.max(next, 0), this.alarm.untilNext()) + 1;
    this.#cancelTick = this.clock.schedule(() => this.#tick(), delay, { hold: this.awaited });
  }

  #tick(): void {
    this.alarm.check();
    if (this.#renewing === undefined && this.#untilAsked() <= 0) this.renew('due');
    this.schedule();
  }

  /** How long until a token has to be asked for, ms. */
  #untilAsked(): number {
    if (this.#retryAt !== Number.POSITIVE_INFINITY) return this.#retryAt - this.clock.monotonic();
    return this.#renewAt - this.holder.time.now();
  }

  async #ask(reason: string): Promise<void> {
    if (this.closed) return;
    this.#askedAt = this.clock.monotonic();
    this.#retryAt = Number.POSITIVE_INFINITY;
    try {
      const minted = await this.#options.request();
      if (!this.closed) this.#received(minted, reason);
    } catch (error) {
      if (!this.closed) this.#failed(error);
    }
  }

  #received({ token, notAfter, namespace, date }: Minted, reason: string): void {
    if (date !== undefined) this.holder.time.observe(date);
    this.#renewAt = renewalTime({ token, notAfter });
    this.#notBefore = Number.NEGATIVE_INFINITY;
    this.#failing = false;
    this.teller.heal(REQUEST);
    // A token that is due when it arrives (a clock is wrong, a life of seconds) must not make us ask without a pause.
    if (this.#renewAt > this.holder.time.now()) this.#backoff.succeeded();
    else this.#retryAt = this.clock.monotonic() + this.#backoff.failed();
    this.take({ token, notAfter, namespace, ...this.#parentCa() }, reason);
  }

  #failed(cause: unknown): void {
    this.#failing = true;
    const now = this.clock.monotonic();
    if (cause instanceof CredentialUnavailableError && cause.retryAfter !== undefined) {
      // Nothing was sent: its manager has asked for the same in vain, and pauses.
      this.#retryAt = now + cause.retryAfter;
      this.#tell(KubefreshError.is(cause.cause) ? cause.cause : cause);
      return;
    }
    const error = KubefreshError.is(cause)
      ? cause
      : new TokenRequestError('unexpected', `No token for ${this.#options.place}: ${String(cause)}`, {}, { cause });
    const asked = error instanceof TokenRequestError ? (error.retryAfter ?? 0) : 0;
    this.#notBefore = now + asked;
    this.#retryAt = now + this.#backoff.failed(asked);
    this.#tell(error);
  }

  #tell(error: KubefreshError): void {
    this.teller.fault(REQUEST, error);
    if (LASTING.includes((error as TokenRequestError).reason)) {
      warnOnce('KUBEFRESH_TOKEN_REQUEST', this.#options.place, error.message);
    }
  }

  /** The parent has another credential: perhaps one that may ask where the last one might not; perhaps another CA. */
  readonly #parentRenewed = ({ credential: { ca, caFile } }: SourceEvents['renewed']): void => {
    const held = this.holder.newest;
    if (held !== undefined && held.ca !== ca) {
      const { token, namespace } = held;
      this.take({ token, notAfter: this.holder.notAfter, ca, caFile, namespace }, 'ca');
    }
    if (this.#failing && this.clock.monotonic() >= this.#notBefore) this.renew('retry');
  };

  #parentCa(): Pick<CredentialParts, 'ca' | 'caFile'> {
    const { parent } = this.#options;
    let credential = this.holder.newest;
    try {
      credential = parent?.current();
    } catch {
      // The CA held stays.
    }
    return { ca: credential?.ca, caFile: credential?.caFile };
  }

  #unavailable(): CredentialUnavailableError {
    return noTokenYet(this.#options.place, this.teller.faultOf(REQUEST), this.#retryAt - this.clock.monotonic());
  }
}
