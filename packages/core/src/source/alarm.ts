import { KubefreshError } from '../errors.ts';
import type { Lifetime } from '../token/lifetime.ts';
import { warnOnce } from '../warnings.ts';
import type { Holder } from './holder.ts';
import type { Teller } from './teller.ts';

/**
 * Notices, once each, that a token in use has passed the moments at which it should have been replaced: `staleAt`, then the
 * deadline (its `warnafter`), then its end. It is the only sign of a volume that will never change again, for which no event
 * comes: a restarted kubelet that mounted over it (kubernetes/kubernetes#138689), a subPath, a terminating pod (#116481).
 */
export class Alarm {
  readonly #place: string;
  readonly #hint: string;
  readonly #holder: Holder;
  readonly #teller: Teller;
  #passed = 0;

  /** @param place - where the token is from; @param hint - what may be wrong: both for the message. */
  constructor(place: string, hint: string, holder: Holder, teller: Teller) {
    this.#place = place;
    this.#hint = hint;
    this.#holder = holder;
    this.#teller = teller;
  }

  /** A new token is in use. */
  reset(): void {
    this.#passed = 0;
  }

  /** Tells, where another moment has passed since the last call; whether one has. */
  check(): boolean {
    const credential = this.#holder.newest;
    const life = this.#holder.lifetime();
    if (credential === undefined || life === undefined) return false;
    const now = this.#holder.time.now();
    const passed = moments(life).filter((moment) => now >= moment).length;
    const another = passed > this.#passed;
    this.#passed = passed;
    if (!another) return false;
    const lateness = latenessAt(now, life);
    const end = new Date(life.expiresAt).toISOString();
    const message = `${credential.token} from ${this.#place} ${lateness}; its end: ${end}. ${this.#hint}`;
    this.#holder.noteFault(new KubefreshError('ERR_KUBEFRESH_TOKEN_STALE', message));
    this.#teller.emit('stale', { credential, lifetime: life });
    // At most one warning a moment: the first may have scrolled by when requests begin to fail.
    warnOnce('KUBEFRESH_TOKEN_STALE', `${this.#place} ${lateness}`, message);
    return true;
  }

  /** How long until something about the token changes, ms; Infinity where nothing will. */
  untilNext(): number {
    const life = this.#holder.lifetime();
    if (life === undefined) return Number.POSITIVE_INFINITY;
    const now = this.#holder.time.now();
    const renewal = life.renewAt > now ? life.renewAt : Number.POSITIVE_INFINITY;
    // What was not told yet, though its moment be over: the clock may have made its step since the last check.
    const untold = moments(life)[this.#passed] ?? Number.POSITIVE_INFINITY;
    return Math.max(0, Math.min(renewal, untold) - now);
  }
}

function latenessAt(now: number, { deadline, expiresAt }: Lifetime): string {
  if (now >= expiresAt) return 'has expired';
  return now >= deadline ? 'is in use past its warnafter' : 'has not been replaced in time';
}

function moments({ staleAt, deadline, expiresAt }: Lifetime): number[] {
  return [...new Set([staleAt, deadline, expiresAt])].sort((a, b) => a - b);
}
