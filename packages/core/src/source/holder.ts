import type { Clock, CoarseClock } from '../clock.ts';
import type { KubefreshError, KubefreshErrorCode } from '../errors.ts';
import { lifetime } from '../token/lifetime.ts';
import type { Token } from '../token/token.ts';
import { makeCredential } from './credential.ts';
import { Demotion } from './demotion.ts';
import { ServerTime } from './server-time.ts';
import type { Credential, SourceState } from './types.ts';

/** What a credential is made from. */
export interface CredentialParts {
  readonly token: Token;
  readonly ca: string | undefined;
  /** See `Credential.caFile`. */
  readonly caFile?: string | undefined;
  readonly namespace: string | undefined;
  /** `status.expirationTimestamp` of a TokenRequest, ms since the epoch. */
  readonly notAfter?: number | undefined;
}

/**
 * The credentials of one source: the newest, its predecessor as long as that may help, and which of them is handed out.
 * It reads nothing and tells nobody; whoever owns it does both.
 */
export class Holder {
  readonly time: ServerTime;
  readonly #clock: Clock;
  readonly #demotion: Demotion;
  #newest: Credential | undefined;
  #notAfter: number | undefined;
  #takenAt = 0;
  #lastFault: { code: KubefreshErrorCode; error: KubefreshError; at: number } | undefined;

  constructor(clock: Clock, coarse: CoarseClock) {
    this.#clock = clock;
    this.time = new ServerTime(clock);
    this.#demotion = new Demotion(coarse, this.time);
  }

  /** The newest credential; undefined while none was ever held. */
  get newest(): Credential | undefined {
    return this.#newest;
  }

  /** What to hand out: the newest, or its predecessor while the newest is demoted. */
  get current(): Credential | undefined {
    return this.#demotion.standIn ?? this.#newest;
  }

  /** How long the newest has been held, ms. */
  get age(): number | undefined {
    return this.#newest === undefined ? undefined : this.#clock.monotonic() - this.#takenAt;
  }

  /** `status.expirationTimestamp` of the newest token, where it was minted. */
  get notAfter(): number | undefined {
    return this.#notAfter;
  }

  get lastFault() {
    return this.#lastFault;
  }

  /** Holds new parts as the newest credential; returns it, or undefined when they are what is held already. */
  take({ token, ca, caFile, namespace, notAfter }: CredentialParts): Credential | undefined {
    const previous = this.#newest;
    const sameToken = previous?.token.equals(token) ?? false;
    if (sameToken && previous?.ca === ca && previous?.namespace === namespace) return undefined;
    this.time.anchor();
    const credential = makeCredential({
      token: sameToken && previous !== undefined ? previous.token : token,
      ca,
      caFile,
      namespace,
      generation: (previous?.generation ?? 0) + 1,
      loadedAt: this.#clock.now(),
      lifetime: lifetime(token, this.#judgedAt(notAfter)),
    });
    this.#newest = credential;
    this.#notAfter = notAfter;
    if (!sameToken) {
      this.#takenAt = this.#clock.monotonic();
      this.#demotion.succeed(previous, credential);
    } else {
      this.#demotion.refresh(credential);
    }
    return credential;
  }

  /** See `Demotion.demote`. */
  demote(): Credential | undefined {
    return this.#demotion.demote(this.age ?? 0);
  }

  /** The predecessor was refused too, so it will not stand in again. */
  dropStandIn(): void {
    this.#demotion.drop();
  }

  /** This credential was refused: if it is the predecessor, it will not stand in. */
  ruleOut(refused: Credential): void {
    this.#demotion.ruleOut(refused);
  }

  get demoted(): boolean {
    return this.#demotion.standIn !== undefined;
  }

  noteFault(error: KubefreshError): void {
    this.#lastFault = { code: error.code, error, at: this.#clock.now() };
  }

  /** The life of the newest token, judged now. */
  lifetime() {
    return this.#newest === undefined ? undefined : lifetime(this.#newest.token, this.#judgedAt(this.#notAfter));
  }

  state(): SourceState {
    const state = this.lifetime()?.state ?? 'empty';
    // A token that nobody can accept yet was not refused: its clock is to be looked at, not the server.
    return this.demoted && state !== 'not-yet-valid' ? 'demoted' : state;
  }

  #judgedAt(notAfter: number | undefined) {
    return { now: this.time.now(), ...(notAfter === undefined ? {} : { notAfter }) };
  }
}
