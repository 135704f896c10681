import type { Clock } from '../clock.ts';
import { CredentialUnavailableError, KubefreshError } from '../errors.ts';
import type { TokenFormat } from '../token/parse.ts';
import type { VolumeFiles } from '../volume/layout.ts';
import { Watch } from '../volume/watch.ts';
import { warnOnce } from '../warnings.ts';
import { BaseEngine, type LookReason } from './base-engine.ts';
import type { Credential, WatcherMode } from './types.ts';
import { VolumeReader } from './volume-reader.ts';

/** A request looks at the disk itself when the last look is older than this, ms: what a dead watcher costs at most. */
const LOOK_EVERY = 10;
/** How often the disk is looked at while somebody waits for the first credential, ms. */
const FIRST_POLL = 100;
/** Whoever waits for the first credential this long, ms, finds in the log why: a pod's volume is there before its program. */
const SAY_WHY_AFTER = 5_000;
/** A failed watcher is tried again after this many polls: whoever took the inotify instances may have ended. */
const REARM_AFTER = 6;
/**
 * What was not all good is read again with requests and refusals at most this often, ms; they may come thousands of times a
 * second, and each read costs about 0.1 ms. Events and polls read in any case.
 */
const READ_AGAIN_AFTER = 100;
/** Polls of many sources spread by this part of their interval. */
const JITTER = 0.1;

/** What may be wrong with a volume that is never renewed. */
const ALARM_HINT = 'Does this container still see the volume (subPath, a restarted kubelet)? Is the pod terminating?';

/** One volume, read and watched once for all who use it. Here its looks, polls and alarms are set off; others do the work. */
export class VolumeEngine extends BaseEngine {
  readonly #files: VolumeFiles;
  readonly #reader: VolumeReader;
  readonly #watch: Watch;
  readonly #onRelease: () => void;
  #pollInterval = Number.POSITIVE_INFINITY;
  #pollsUntilRearm = 0;
  #lookedAt = Number.NaN;
  #readAt = Number.NEGATIVE_INFINITY;
  #renewing: Promise<void> | undefined;
  #cancelTick: (() => void) | undefined;
  #awaitedSince = 0;

  constructor(files: VolumeFiles, format: TokenFormat, clock: Clock, onRelease: () => void) {
    super({ clock, step: LOOK_EVERY, place: files.directory, alarm: { place: files.token, hint: ALARM_HINT } });
    this.#files = files;
    this.#onRelease = onRelease;
    this.#reader = new VolumeReader(files, format, this.holder, this.teller);
    this.#watch = new Watch(files, {
      changed: () => this.look('watch'),
      failed: (error) => this.#watchFailed(error),
    });
    // Synchronous, so that what is there at start is there at once.
    this.#watch.arm();
    this.look('start');
    this.#reader.inspect();
  }

  /** Another user wants it polled at least this often, ms. */
  poll(interval: number): void {
    if (interval >= this.#pollInterval) return;
    this.#pollInterval = interval;
    this.schedule();
  }

  override current(): Credential {
    const now = this.coarse.monotonic();
    if (now !== this.#lookedAt) {
      this.#lookedAt = now;
      this.look('use');
    }
    const credential = this.holder.current;
    if (credential === undefined) throw this.#unavailable();
    return credential;
  }

  override renew(reason: string): Promise<void> {
    // One read for all who ask in the same turn of the event loop.
    this.#renewing ??= Promise.resolve().then(() => {
      this.#renewing = undefined;
      this.#read(reason, false);
    });
    return this.#renewing;
  }

  override first(callback: () => void): () => void {
    if (!this.awaited) this.#awaitedSince = this.clock.monotonic();
    return super.first(callback);
  }

  override release(): void {
    this.#onRelease();
  }

  override close(): void {
    super.close();
    this.#cancelTick?.();
    this.#watch.close();
  }

  protected override get watcher(): WatcherMode {
    return this.#watch.armed ? 'watching' : 'polling';
  }

  /** A readlink, and a read only if something changed. */
  protected override look(reason: LookReason): void {
    if (this.closed) return;
    if (this.#reader.changed() || (this.#reader.unsettled && this.#mayReadAgain(reason))) {
      this.#read(reason, reason === 'rejected');
    }
  }

  protected override force(): void {
    this.#read('rejected', true);
  }

  protected override judge({ token, lifetime: { state } }: Credential): void {
    this.#reader.judge({ token, state });
  }

  /** One timer: for the poll, or for the next moment in the token's life if that comes first. */
  protected override schedule(): void {
    this.#cancelTick?.();
    if (this.closed) return;
    const hold = this.awaited;
    const poll = Math.min(this.#pollInterval, hold ? FIRST_POLL : Number.POSITIVE_INFINITY);
    // A millisecond late, never early: a timer may fire within the millisecond before its moment.
    const delay = Math.min(poll * (1 - JITTER * Math.random()), this.alarm.untilNext() + 1);
    this.#cancelTick = this.clock.schedule(() => this.#tick(), delay, { hold });
  }

  #mayReadAgain(reason: LookReason): boolean {
    const isOften = this.holder.newest !== undefined && (reason === 'use' || reason === 'rejected');
    return !isOften || this.clock.monotonic() - this.#readAt >= READ_AGAIN_AFTER;
  }

  /** @param asked - a 401 asked for it: an older token is welcome too. */
  #read(reason: string, asked: boolean): void {
    if (this.closed) return;
    this.#readAt = this.clock.monotonic();
    const parts = this.#reader.read(asked);
    if (parts !== undefined) this.take(parts, reason);
  }

  #watchFailed(cause: NodeJS.ErrnoException): void {
    this.#pollsUntilRearm = REARM_AFTER;
    const message =
      `Watching ${this.#files.directory} failed (${cause.code ?? cause.message}); it is polled, and looked at with each ` +
      'request, until watching works again. For ENOSPC or EMFILE raise fs.inotify.max_user_watches or max_user_instances.';
    this.teller.fault('watch', new KubefreshError('ERR_KUBEFRESH_WATCH_FAILED', message, { cause }));
    warnOnce('KUBEFRESH_WATCH_FAILED', this.#files.directory, message);
  }

  /** The poll: right by itself, should every event be missed. */
  #tick(): void {
    if (this.#pollsUntilRearm > 0) this.#pollsUntilRearm -= 1;
    else this.#watch.arm();
    if (this.#watch.armed) this.teller.heal('watch');
    this.look('poll');
    this.#sayWhyTheyWait();
    // Late: it may be by subPath, which shows once the first swap has unlinked what is mounted.
    if (this.alarm.check()) this.#reader.inspect();
    this.schedule();
  }

  #sayWhyTheyWait(): void {
    if (!this.awaited || this.clock.monotonic() - this.#awaitedSince < SAY_WHY_AFTER) return;
    warnOnce('KUBEFRESH_NO_TOKEN', this.#files.token, `${this.#unavailable().message} It is waited for.`);
  }

  #unavailable(): CredentialUnavailableError {
    const cause = this.teller.faultOf(this.#files.token);
    const message = `There is no token in ${this.#files.directory} yet${cause ? `: ${cause.message}` : '.'}`;
    return new CredentialUnavailableError(message, { cause });
  }
}
