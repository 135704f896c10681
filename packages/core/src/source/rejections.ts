import type { Clock } from '../clock.ts';
import type { Holder } from './holder.ts';
import type { Credential, RejectionEvidence } from './types.ts';

/**
 * Between two forced reads that 401s caused, ms: ten a second are no load for anybody, and a server that refuses everything
 * gets no faster for more. It is also how long a 401 may wait for a token that is just being written.
 */
const FORCED_EVERY = 100;

/** What a rejection can set in motion; both leave what they find in the holder. */
export interface Remedies {
  /** A cheap look whether something changed. */
  look(): void;
  /** A read, or a request for a new token, in any case; shared by all who ask meanwhile. Never rejects. */
  force(): void | Promise<void>;
  /** Once for each refused token. */
  tell(credential: Credential, evidence: RejectionEvidence): void;
}

/**
 * What to do about a 401, for all the requests that meet it: rate-limited and single flight, but never limited in count,
 * since a process lives for months.
 */
export class Rejections {
  readonly #clock: Clock;
  readonly #holder: Holder;
  readonly #remedies: Remedies;
  #forcedAt = Number.NEGATIVE_INFINITY;
  /** What was told; the tokens themselves are not kept by it. */
  readonly #told = new WeakSet<Credential['token']>();
  #waiting: { readonly token: Credential['token']; readonly answer: Promise<Credential | undefined> } | undefined;
  #forcing: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  #closed = false;

  constructor(clock: Clock, holder: Holder, remedies: Remedies) {
    this.#clock = clock;
    this.#holder = holder;
    this.#remedies = remedies;
  }

  /** The credential to try instead of the refused one, or undefined when there is none. */
  answer(refused: Credential, evidence: RejectionEvidence): Credential | undefined | Promise<Credential | undefined> {
    if (evidence.date !== undefined) this.#holder.time.observe(evidence.date);
    // Something on the way stripped the header: no token of ours was refused, so no other would do better.
    if (evidence.status !== 401) return this.#tell(refused, evidence);
    let better = this.#other(refused);
    if (better === undefined) {
      this.#tell(refused, evidence);
      this.#remedies.look();
      better = this.#other(refused);
    }
    return better === undefined ? (this.#demote() ?? this.#search(refused)) : this.#instead(refused, better);
  }

  /** Ends all waits: those who wait go without. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  /** What is handed out now, if it is another token than the refused one. */
  #other(refused: Credential): Credential | undefined {
    const current = this.#holder.current;
    return current === undefined || current.token.equals(refused.token) ? undefined : current;
  }

  /** Rotated meanwhile: what was refused may be the very token that would stand in for its successor. */
  #instead(refused: Credential, better: Credential | undefined): Credential | undefined {
    if (better !== undefined) this.#holder.ruleOut(refused);
    return better;
  }

  #demote(): Credential | undefined {
    if (!this.#holder.demoted) return this.#holder.demote();
    // The stand-in itself was refused: back to the newest, which may have come to be accepted meanwhile.
    this.#holder.dropStandIn();
    return this.#holder.current;
  }

  /** Reads again, now or as soon as the rate allows; all who are refused meanwhile get the one answer. */
  #search(refused: Credential): Credential | undefined | Promise<Credential | undefined> {
    if (this.#waiting?.token.equals(refused.token)) return this.#waiting.answer;
    const answer = this.#forced().then(async () => {
      // Revoked first and replaced a moment later: the successor may be a few milliseconds away.
      if (this.#other(refused) === undefined) await this.#forced();
      if (this.#waiting === waiting) this.#waiting = undefined;
      return this.#instead(refused, this.#other(refused));
    });
    const waiting = { token: refused.token, answer };
    this.#waiting = waiting;
    return answer;
  }

  #forced(): Promise<void> {
    this.#forcing ??= this.#force().finally(() => {
      this.#forcing = undefined;
    });
    return this.#forcing;
  }

  async #force(): Promise<void> {
    const wait = this.#forcedAt + FORCED_EVERY - this.#clock.monotonic();
    if (wait > 0 && !this.#closed) await this.#sleep(wait);
    if (this.#closed) return;
    this.#forcedAt = this.#clock.monotonic();
    await this.#remedies.force();
  }

  /** A request is waiting for the answer, so this holds the process. */
  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.schedule(resolve, ms, { hold: true });
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }

  #tell(refused: Credential, evidence: RejectionEvidence): undefined {
    if (this.#told.has(refused.token)) return;
    this.#told.add(refused.token);
    this.#remedies.tell(refused, evidence);
  }
}
