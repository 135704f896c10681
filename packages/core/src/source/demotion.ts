import type { CoarseClock } from '../clock.ts';
import { acceptedFrom } from '../token/lifetime.ts';
import { inPlaceOf } from './credential.ts';
import type { ServerTime } from './server-time.ts';
import type { Credential } from './types.ts';

/** A token held for less than this, ms, may be too new for the server that refused it (kubernetes-client/javascript#1240). */
const YOUNG = 60_000;
/** A predecessor that ends within this, ms, helps nobody. */
const WORTHWHILE = 5_000;
/** The newest is tried again after this, ms … */
const FIRST_TRIAL = 250;
/** … and then after twice as long each time, up to this, ms: API servers agree within seconds. */
const LONGEST_TRIAL = 5_000;

/**
 * While the API server refuses a brand-new token, or will by its `nbf` (a clock is wrong), its predecessor, which stays valid
 * for about 20 % of its life, stands in. The end of a demotion is worked out when somebody asks, so it needs no timer.
 */
export class Demotion {
  readonly #coarse: CoarseClock;
  readonly #time: ServerTime;
  #predecessor: Credential | undefined;
  #standIn: Credential | undefined;
  #trialAt = 0;
  #delay = 0;
  /** When the newest may be used at all, ms since the epoch on the server's clock. */
  #acceptedFrom = 0;

  constructor(coarse: CoarseClock, time: ServerTime) {
    this.#coarse = coarse;
    this.#time = time;
  }

  /** The predecessor, as long as it stands in for the newest. */
  get standIn(): Credential | undefined {
    if (this.#standIn !== undefined && !(this.#needed() && this.#usable())) this.#standIn = undefined;
    return this.#standIn;
  }

  /**
   * There is a newer token, `newest`; `previous` is the one that could stand in for it, or that one's own stand-in, as long
   * as the server accepts `previous` no more than `newest`.
   */
  succeed(previous: Credential | undefined, newest: Credential): void {
    const accepted = this.standIn ?? previous;
    this.#predecessor = accepted && inPlaceOf(accepted, newest, accepted.generation);
    this.#delay = 0;
    this.#trialAt = 0;
    this.#acceptedFrom = acceptedFrom(newest.token);
    this.#standIn = this.#needed() && this.#usable() ? this.#predecessor : undefined;
  }

  /** Only the CA or the namespace changed: a stand-in goes with what is on disk now. */
  refresh(newest: Credential): void {
    this.#predecessor &&= inPlaceOf(this.#predecessor, newest, this.#predecessor.generation);
    this.#standIn &&= this.#predecessor;
  }

  /**
   * The newest, held for `age` ms, was refused: its predecessor stands in, if there is one that is worth it.
   * Only a young one can be demoted; once it has been, it can be again, however long the server lags.
   */
  demote(age: number): Credential | undefined {
    const lagging = this.#delay > 0 || age < YOUNG;
    if (!lagging || !this.#usable()) return undefined;
    this.#delay = this.#delay === 0 ? FIRST_TRIAL : Math.min(this.#delay * 2, LONGEST_TRIAL);
    this.#trialAt = this.#coarse.monotonic() + this.#delay;
    this.#standIn = this.#predecessor;
    return this.#standIn;
  }

  /** This credential was refused: if it is the predecessor, there is nothing to fall back on. */
  ruleOut(refused: Credential): void {
    if (this.#predecessor?.token.equals(refused.token)) this.drop();
  }

  /** The predecessor was refused as well. */
  drop(): void {
    this.#predecessor = undefined;
    this.#standIn = undefined;
  }

  #needed(): boolean {
    return this.#time.now() < this.#acceptedFrom || this.#coarse.monotonic() < this.#trialAt;
  }

  #usable(): boolean {
    return this.#predecessor !== undefined && this.#predecessor.lifetime.expiresAt - this.#time.now() > WORTHWHILE;
  }
}
