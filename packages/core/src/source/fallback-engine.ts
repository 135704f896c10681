import { CredentialUnavailableError, KubefreshError } from '../errors.ts';
import type { Emitter } from '../events.ts';
import { type Behind, Disguise } from './fallback-disguise.ts';
import { Follower } from './fallback-follower.ts';
import { FallbackSelf } from './fallback-self.ts';
import { type Engine, SourceHandle } from './handle.ts';
import type {
  Credential,
  CredentialSource,
  RejectionEvidence,
  SourceEvents,
  SourceState,
  SourceStatus,
} from './types.ts';

/** States in which a primary has nothing that will go on working. */
const FAILED: readonly SourceState[] = ['empty', 'stale', 'expired'];

/** Chooses between two sources, anew with each event of either; it has no timer and asks nobody by itself. */
export class FallbackEngine implements Engine {
  readonly #create: (self: CredentialSource) => CredentialSource;
  readonly #self: CredentialSource;
  readonly #disguise = new Disguise();
  readonly #listeners = new Set<Emitter<SourceEvents>>();
  readonly #waiting = new Map<() => void, AbortController>();
  readonly #primary: Follower;
  #secondary: Follower | undefined;
  #serving: Follower;
  #announced: Credential | undefined;
  #closed = false;

  constructor(primary: CredentialSource, create: (self: CredentialSource) => CredentialSource) {
    this.#create = create;
    const withoutSecondary = {
      rejected: (credential: Credential, evidence: RejectionEvidence) =>
        this.#rejectedBySecondary(credential, evidence),
      renew: (reason: string) => this.#renew([this.#primary], reason),
    };
    this.#self = new SourceHandle(new FallbackSelf(this, withoutSecondary), 'source');
    this.#primary = new Follower(primary, (name, event) => this.#heard(this.#primary, name, event));
    this.#serving = this.#primary;
    try {
      this.#choose('start');
    } catch (error) {
      this.release();
      throw error;
    }
  }

  current(): Credential {
    const credential = this.#currentOf(this.#serving);
    if (credential === undefined) throw this.#unavailable();
    return credential;
  }

  renew(reason: string): Promise<void> {
    return this.#renew(this.#followers(), reason);
  }

  rejected(
    credential: Credential,
    evidence: RejectionEvidence,
  ): Credential | undefined | Promise<Credential | undefined> {
    const behind = this.#disguise.behind(credential);
    if (behind === undefined) return undefined;
    const answer = behind.source.rejected(behind.credential, evidence);
    if (!(answer instanceof Promise)) return this.#instead(answer, behind);
    return answer.then((better) => this.#instead(better, behind));
  }

  observeDate(date: string): void {
    for (const { source } of this.#followers()) source.observeDate?.(date);
  }

  status(): SourceStatus {
    const faults = this.#followers().flatMap(({ source }) => source.status().lastFault ?? []);
    return {
      ...this.#serving.source.status(),
      generation: this.#announced?.generation ?? 0,
      watcher: this.#primary.source.status().watcher,
      lastFault: faults.sort((a, b) => b.at - a.at)[0],
    };
  }

  /** None of its own: each of its sources tells what was wrong before the fallback began to listen. */
  get faults(): readonly KubefreshError[] {
    return [];
  }

  first(callback: () => void): () => void {
    const giveUp = new AbortController();
    this.#waiting.set(callback, giveUp);
    for (const follower of this.#followers()) hold(follower, giveUp.signal);
    return () => {
      this.#waiting.delete(callback);
      giveUp.abort();
    };
  }

  attach(events: Emitter<SourceEvents>): void {
    this.#listeners.add(events);
  }

  detach(events: Emitter<SourceEvents>): void {
    this.#listeners.delete(events);
  }

  release(): void {
    this.#closed = true;
    this.#primary.leave();
    this.#dropSecondary();
    void this.#self.close();
  }

  #heard<Name extends keyof SourceEvents>(from: Follower, name: Name, event: SourceEvents[Name]): void {
    if (this.#closed) return;
    // What is new may be what the choice hangs on. A change that shows outside is told by `#choose` as ours.
    this.#chooseOrTell(name === 'renewed' ? (event as SourceEvents['renewed']).reason : name);
    if (name === 'renewed') return;
    const told = 'credential' in event ? { ...event, credential: this.#asOurs(from, event.credential) } : event;
    this.#emit(name, told as SourceEvents[Name]);
  }

  #chooseOrTell(reason: string): void {
    try {
      this.#choose(reason);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      const message = `The second source of fallbackSource could not be made: ${why}`;
      const error = KubefreshError.is(cause)
        ? cause
        : new KubefreshError('ERR_KUBEFRESH_FALLBACK_FAILED', message, { cause });
      this.#emit('fault', { code: error.code, error });
    }
  }

  #choose(reason: string): void {
    if (!FAILED.includes(this.#primary.state)) {
      this.#serving = this.#primary;
      this.#dropSecondary();
    } else {
      this.#secondary ??= this.#makeSecondary();
      // A stale token still works, so the primary's serves until the secondary has one.
      const useless = this.#primary.alive ? !this.#secondary.alive : this.#secondary.state === 'empty';
      this.#serving = useless ? this.#primary : this.#secondary;
    }
    const credential = this.#currentOf(this.#serving);
    if (credential === undefined || credential === this.#announced) return;
    const previous = this.#announced;
    this.#announced = credential;
    this.#emit('renewed', { credential, previous, reason });
    for (const [callback, giveUp] of [...this.#waiting]) {
      giveUp.abort();
      callback();
    }
    this.#waiting.clear();
  }

  #makeSecondary(): Follower {
    const secondary: Follower = new Follower(this.#create(this.#self), (name, event) =>
      this.#heard(secondary, name, event),
    );
    for (const { signal } of this.#waiting.values()) hold(secondary, signal);
    return secondary;
  }

  #dropSecondary(): void {
    const secondary = this.#secondary;
    this.#secondary = undefined;
    secondary?.leave();
    void secondary?.source.close();
  }

  /** A secondary was refused with what it authenticates with; asking it for a better one would be a circle. */
  #rejectedBySecondary(credential: Credential, evidence: RejectionEvidence) {
    const behind = this.#disguise.behind(credential);
    if (behind?.source === this.#primary.source) return this.rejected(credential, evidence);
    return behind && this.#instead(undefined, behind);
  }

  /** Ours for the answer to a refusal; where the source has none, what the other source has. */
  #instead(answer: Credential | undefined, refused: Behind): Credential | undefined {
    const asked = this.#followers().find(({ source }) => source === refused.source);
    if (answer !== undefined && asked !== undefined) return this.#asOurs(asked, answer);
    const other = this.#followers().find((follower) => follower !== asked);
    const credential = other?.alive ? other.current() : undefined;
    if (other === undefined || credential?.token.equals(refused.credential.token)) return undefined;
    return credential && this.#asOurs(other, credential);
  }

  async #renew(followers: readonly Follower[], reason: string): Promise<void> {
    // A source that cannot renew has told so; what counts is what there is afterwards.
    await Promise.allSettled(followers.map(({ source }) => source.renew({ reason })));
  }

  #currentOf(follower: Follower): Credential | undefined {
    const credential = follower.current();
    return credential && this.#asOurs(follower, credential);
  }

  #asOurs(follower: Follower, theirs: Credential): Credential {
    const place = follower === this.#primary ? theirs : (this.#primary.current() ?? theirs);
    return this.#disguise.of(follower.source, theirs, place);
  }

  #followers(): readonly Follower[] {
    return this.#secondary === undefined ? [this.#primary] : [this.#primary, this.#secondary];
  }

  #emit<Name extends keyof SourceEvents>(name: Name, event: SourceEvents[Name]): void {
    for (const events of [...this.#listeners]) events.emit(name, event);
  }

  #unavailable(): CredentialUnavailableError {
    const causes = this.#followers().map(({ trouble }) => trouble);
    const words = causes.map((cause) => (cause instanceof Error ? cause.message : 'It has none yet.'));
    return new CredentialUnavailableError(`No source of the fallback has a token. ${words.join(' ')}`, {
      cause: causes[0],
    });
  }
}

/** Somebody waits: the source is to hold the process as it does for those who wait for it alone. */
function hold({ source }: Follower, signal: AbortSignal): void {
  source.ready({ signal }).catch(() => undefined);
}
