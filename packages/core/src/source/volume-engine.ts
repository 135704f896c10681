import { type Clock, CoarseClock } from '../clock.ts';
import { CredentialUnavailableError, KubefreshError } from '../errors.ts';
import type { Emitter } from '../events.ts';
import { explainRejection } from '../token/explain.ts';
import type { TokenFormat } from '../token/parse.ts';
import type { VolumeFiles } from '../volume/layout.ts';
import { Watch } from '../volume/watch.ts';
import { warnOnce } from '../warnings.ts';
import { Alarm } from './alarm.ts';
import type { Engine } from './handle.ts';
import { Holder } from './holder.ts';
import { Rejections } from './rejections.ts';
import { Teller } from './teller.ts';
import type { Credential, RejectionEvidence, SourceEvents, SourceStatus } from './types.ts';
import { VolumeReader } from './volume-reader.ts';

/** A request looks at the disk itself when the last look is older than this, ms: what a dead watcher costs at most. */
const LOOK_EVERY = 10;
/** How often the disk is looked at while somebody waits for the first credential, ms. */
const FIRST_POLL = 100;
/** A failed watcher is tried again after this many polls: whoever took the inotify instances may have ended. */
const REARM_AFTER = 6;
/** Polls of many sources spread by this part of their interval. */
const JITTER = 0.1;

/** One volume, read and watched once for all who use it. Here its looks, polls and alarms are set off; others do the work. */
export class VolumeEngine implements Engine {
  readonly #files: VolumeFiles;
  readonly #clock: Clock;
  readonly #coarse: CoarseClock;
  readonly #holder: Holder;
  readonly #teller: Teller;
  readonly #reader: VolumeReader;
  readonly #watch: Watch;
  readonly #rejections: Rejections;
  readonly #alarm: Alarm;
  readonly #waiting = new Set<() => void>();
  readonly #onRelease: () => void;
  #pollInterval = Number.POSITIVE_INFINITY;
  #pollsUntilRearm = 0;
  #lookedAt = Number.NaN;
  #renewing: Promise<void> | undefined;
  #cancelTick: (() => void) | undefined;
  #closed = false;

  constructor(files: VolumeFiles, format: TokenFormat, clock: Clock, onRelease: () => void) {
    this.#files = files;
    this.#clock = clock;
    this.#onRelease = onRelease;
    this.#coarse = new CoarseClock(clock, LOOK_EVERY);
    this.#holder = new Holder(clock, this.#coarse);
    this.#teller = new Teller(files.directory, this.#holder);
    this.#reader = new VolumeReader(files, format, this.#holder, this.#teller);
    this.#alarm = new Alarm(files.token, this.#holder, this.#teller);
    this.#rejections = new Rejections(clock, this.#holder, {
      look: () => this.#look('rejected'),
      force: () => this.#read('rejected'),
      tell: (credential, evidence) => this.#tellRejected(credential, evidence),
    });
    this.#watch = new Watch(files, {
      changed: () => this.#look('watch'),
      failed: (error) => this.#watchFailed(error),
    });
    // Synchronous, so that what is there at start is there at once. Watching starts before the read: what changes between
    // the two is an event.
    this.#watch.arm();
    this.#look('start');
    this.#reader.inspect();
  }

  /** Another user wants it polled at least this often, ms. */
  poll(interval: number): void {
    if (interval >= this.#pollInterval) return;
    this.#pollInterval = interval;
    this.#schedule();
  }

  current(): Credential {
    const now = this.#coarse.monotonic();
    if (now !== this.#lookedAt) {
      this.#lookedAt = now;
      this.#look('use');
    }
    const credential = this.#holder.current;
    if (credential === undefined) throw this.#unavailable();
    return credential;
  }

  renew(reason: string): Promise<void> {
    // One read for all who ask in the same turn of the event loop.
    this.#renewing ??= Promise.resolve().then(() => {
      this.#renewing = undefined;
      this.#read(reason);
    });
    return this.#renewing;
  }

  rejected(credential: Credential, evidence: RejectionEvidence) {
    return this.#rejections.answer(credential, evidence);
  }

  observeDate(date: string): void {
    this.#holder.time.observe(date);
  }

  status(): SourceStatus {
    return {
      state: this.#holder.state(),
      generation: this.#holder.current?.generation ?? 0,
      age: this.#holder.age,
      lifetime: this.#holder.lifetime(),
      watcher: this.#watch.armed ? 'watching' : 'polling',
      lastFault: this.#holder.lastFault,
      skew: this.#holder.time.skew,
    };
  }

  first(callback: () => void): () => void {
    this.#waiting.add(callback);
    this.#schedule();
    return () => {
      if (this.#waiting.delete(callback)) this.#schedule();
    };
  }

  attach(events: Emitter<SourceEvents>): void {
    this.#teller.attach(events);
  }

  detach(events: Emitter<SourceEvents>): void {
    this.#teller.detach(events);
  }

  release(): void {
    this.#onRelease();
  }

  /** Ends it; nobody uses it any more. */
  close(): void {
    this.#closed = true;
    this.#cancelTick?.();
    this.#watch.close();
    this.#coarse.stop();
    this.#rejections.close();
  }

  /** A readlink, and a read only if something changed. */
  #look(reason: string): void {
    if (!this.#closed && this.#reader.changed()) this.#read(reason);
  }

  #read(reason: string): void {
    if (this.#closed) return;
    const parts = this.#reader.read(reason === 'rejected');
    const previous = this.#holder.newest;
    const credential = parts && this.#holder.take(parts);
    if (credential === undefined) return;
    if (previous === undefined || !previous.token.equals(credential.token)) {
      this.#alarm.reset();
      this.#reader.judge({ token: credential.token, state: credential.lifetime.state });
    }
    this.#teller.emit('renewed', { credential, previous, reason });
    for (const callback of [...this.#waiting]) callback();
    this.#waiting.clear();
    this.#alarm.check();
    this.#schedule();
  }

  #tellRejected(credential: Credential, evidence: RejectionEvidence): void {
    const explanation = explainRejection(credential.token, { ...evidence, now: this.#holder.time.now() });
    const { reason } = explanation;
    this.#teller.emit('rejected', { credential, reason, explanation, auditId: evidence.auditId });
  }

  #watchFailed(cause: NodeJS.ErrnoException): void {
    this.#pollsUntilRearm = REARM_AFTER;
    const message =
      `Watching ${this.#files.directory} failed (${cause.code ?? cause.message}); it is polled, and looked at with each ` +
      'request, until watching works again. For ENOSPC or EMFILE raise fs.inotify.max_user_watches or max_user_instances.';
    this.#teller.fault('watch', new KubefreshError('ERR_KUBEFRESH_WATCH_FAILED', message, { cause }));
    warnOnce('KUBEFRESH_WATCH_FAILED', this.#files.directory, message);
  }

  /** The poll: right by itself, should every event be missed. */
  #tick(): void {
    if (this.#pollsUntilRearm > 0) this.#pollsUntilRearm -= 1;
    else this.#watch.arm();
    if (this.#watch.armed) this.#teller.heal('watch');
    // What was refused may have become good without a trace in the link (a chmod, for instance).
    if (this.#teller.troubled) this.#reader.forget();
    this.#look('poll');
    this.#alarm.check();
    this.#schedule();
  }

  /** One timer: for the poll, or for the next moment in the token's life if that comes first. */
  #schedule(): void {
    this.#cancelTick?.();
    if (this.#closed) return;
    // Whoever waits for the first credential wants the process to wait with him.
    const hold = this.#waiting.size > 0;
    const poll = Math.min(this.#pollInterval, hold ? FIRST_POLL : Number.POSITIVE_INFINITY);
    // A millisecond late, never early: a timer may fire within the millisecond before its moment.
    const delay = Math.min(poll * (1 - JITTER * Math.random()), this.#alarm.untilNext() + 1);
    this.#cancelTick = this.#clock.schedule(() => this.#tick(), delay, { hold });
  }

  #unavailable(): CredentialUnavailableError {
    const cause = this.#teller.faultOf(this.#files.token);
    const message = `There is no token in ${this.#files.directory} yet${cause ? `: ${cause.message}` : '.'}`;
    return new CredentialUnavailableError(message, { cause });
  }
}
