import { CoarseClock, systemClock } from './clock.ts';
import { checkSource } from './source/handle.ts';
import type { Credential, CredentialSource, RejectionEvidence } from './source/types.ts';

/** A moment of sending may be so much too early, ms: it is compared with rotations, which are minutes apart. */
const CLOCK_STEP = 10;
/** One `Date` header in this many ms is looked at: clocks drift slowly. */
const DATE_INTERVAL = 10_000;
/**
 * A server that cannot be verified has the source renewed at most this often, ms: one that mints makes a TokenRequest each
 * time. In between `current()` knows what changed.
 */
const TRUST_INTERVAL = 1_000;
/** How long the source may take to look for another CA, ms. */
const TRUST_TIMEOUT = 5_000;

/** Presents the credentials of a source to a server, and tells the source what the server says to them. */
export class Presenter {
  readonly source: CredentialSource;
  readonly #clock = new CoarseClock(systemClock, CLOCK_STEP);
  #dateDue = true;
  #trustDue = true;
  #renewal: Promise<Credential | undefined> | undefined;
  #credential: Credential | undefined;
  #header = '';

  /** @throws InvalidOptionError for what is no source. */
  constructor(source: CredentialSource) {
    checkSource(source);
    this.source = source;
  }

  /** Now, in whole ms of the monotonic clock, at most 11 ms late. */
  now(): number {
    return this.#clock.monotonic();
  }

  /** The value of the Authorization header; made once a credential. */
  headerOf(credential: Credential): string {
    if (credential !== this.#credential) this.#makeHeader(credential);
    return this.#header;
  }

  /** A newer credential than `held`, if there is one; no stand-in for one that is refused, which nobody has refused here. */
  newestOr(held: Credential): Credential {
    try {
      const current = this.source.current();
      return current.generation > held.generation ? current : held;
    } catch {
      return held;
    }
  }

  /** Whether `observe` would do anything. */
  get dateIsDue(): boolean {
    return this.#dateDue;
  }

  /** Hands the server's clock to the source, now and then. Not for the `Date` of a backend behind the server. */
  observe(date: string | undefined): void {
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

  /**
   * What the source has after a server could not be verified, which may be another CA; undefined where it has nothing. All who
   * meet such a server share one renewal. Never rejects.
   */
  afterUntrusted(): Promise<Credential | undefined> {
    this.#renewal ??= this.#renewTrust().finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #renewTrust(): Promise<Credential | undefined> {
    try {
      if (!this.#trustDue) return this.source.current();
      this.#trustDue = false;
      systemClock.schedule(() => {
        this.#trustDue = true;
      }, TRUST_INTERVAL);
      return await this.source.renew({ reason: 'tls', signal: AbortSignal.timeout(TRUST_TIMEOUT) });
    } catch {
      // There is no credential, or the source is closed: the next request says so.
      return undefined;
    }
  }

  #makeHeader(credential: Credential): void {
    this.#header = `Bearer ${credential.token.reveal()}`;
    this.#credential = credential;
  }
}

function nothing(): undefined {
  return undefined;
}
