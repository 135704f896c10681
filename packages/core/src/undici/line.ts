import { CoarseClock, systemClock } from '../clock.ts';
import type { OriginList } from '../origins.ts';
import type { Credential, CredentialSource, RejectionEvidence } from '../source/types.ts';
import { ByteBudget } from './budget.ts';

/** The API server takes no request body above 3 MiB (apiserver: `MaxRequestBodyBytes`), so recording more serves nobody. */
export const MAX_REPLAY_BYTES = 3 * 1024 * 1024;
/** What all bodies of one dispatcher together may hold, bytes: five of the largest, or thousands of the usual. */
const REPLAY_BUDGET = 16 * 1024 * 1024;
/** A moment of sending may be this much too early, ms: it is compared with rotations, which are minutes apart. */
const CLOCK_STEP = 10;
/** One `Date` header in this many ms is looked at: clocks drift slowly. */
const DATE_INTERVAL = 10_000;

/** What all requests of one interceptor share. */
export class Line {
  readonly source: CredentialSource;
  readonly origins: OriginList;
  /** Most bytes of one body that are recorded. */
  readonly maxReplayBytes: number;
  readonly budget = new ByteBudget(REPLAY_BUDGET);
  readonly #clock = new CoarseClock(systemClock, CLOCK_STEP);
  #dateDue = true;
  #credential: Credential | undefined;
  #header = '';
  #open = 0;
  #idle: (() => void)[] = [];

  constructor(source: CredentialSource, origins: OriginList, maxReplayBytes: number) {
    this.source = source;
    this.origins = origins;
    this.maxReplayBytes = maxReplayBytes;
  }

  /** Now, in whole ms (which V8 stores without a box) of the monotonic clock, at most 10 ms late. */
  now(): number {
    return Math.floor(this.#clock.monotonic());
  }

  /** The value of the Authorization header; made once a credential. */
  headerOf(credential: Credential): string {
    if (credential !== this.#credential) {
      this.#header = `Bearer ${credential.token.reveal()}`;
      this.#credential = credential;
    }
    return this.#header;
  }

  /** Hands the server's clock to the source, now and then. */
  observe(date: string | string[] | undefined): void {
    if (!this.#dateDue || typeof date !== 'string') return;
    this.#dateDue = false;
    systemClock.schedule(() => {
      this.#dateDue = true;
    }, DATE_INTERVAL);
    this.source.observeDate?.(date);
  }

  /** Tells the source of a refusal; whatever the source does, this neither throws nor rejects. */
  rejected(
    credential: Credential,
    evidence: RejectionEvidence,
  ): Credential | undefined | Promise<Credential | undefined> {
    try {
      const answer = this.source.rejected(credential, evidence);
      return answer instanceof Promise ? answer.catch(nothing) : answer;
    } catch {
      return undefined;
    }
  }

  /** One more request is under way. */
  opened(): void {
    this.#open += 1;
  }

  /** One is done. */
  closed(): void {
    this.#open -= 1;
    if (this.#open === 0 && this.#idle.length > 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Resolves when no request is under way. */
  async whenIdle(): Promise<void> {
    if (this.#open > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }
}

function nothing(): undefined {
  return undefined;
}
