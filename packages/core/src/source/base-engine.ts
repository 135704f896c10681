import { type Clock, CoarseClock } from '../clock.ts';
import type { KubefreshError } from '../errors.ts';
import type { Emitter } from '../events.ts';
import { explainRejection } from '../token/explain.ts';
import { Alarm } from './alarm.ts';
import type { Engine } from './handle.ts';
import { type CredentialParts, Holder } from './holder.ts';
import { Rejections } from './rejections.ts';
import { Teller } from './teller.ts';
import type { Credential, RejectionEvidence, SourceEvents, SourceStatus, WatcherMode } from './types.ts';

/** What sets off a look; it becomes the `reason` of what that finds. */
export type LookReason = 'start' | 'watch' | 'poll' | 'use' | 'rejected';

/** What an engine is made with. */
export interface EngineOptions {
  readonly clock: Clock;
  /** ms: how coarse the time may be that requests see. */
  readonly step: number;
  /** What the engine is about, for tracing: a directory, a service account. */
  readonly place: string;
  /** Where its token is from, and what may be wrong when it is not replaced, for the alarm. */
  readonly alarm: { readonly place: string; readonly hint: string };
}

/**
 * What every engine that holds tokens has in common: one holder, its alarms, its answer to 401s, its listeners, and those
 * who wait for the first credential. Where a token comes from, and when it is looked or asked for, is the subclass's.
 */
export abstract class BaseEngine implements Engine {
  protected readonly clock: Clock;
  protected readonly coarse: CoarseClock;
  protected readonly holder: Holder;
  protected readonly teller: Teller;
  protected readonly alarm: Alarm;
  readonly #rejections: Rejections;
  readonly #waiting = new Set<() => void>();
  #closed = false;

  constructor({ clock, step, place, alarm }: EngineOptions) {
    this.clock = clock;
    this.coarse = new CoarseClock(clock, step);
    this.holder = new Holder(clock, this.coarse);
    this.teller = new Teller(place, this.holder);
    this.alarm = new Alarm(alarm.place, alarm.hint, this.holder, this.teller);
    this.#rejections = new Rejections(clock, this.holder, {
      look: () => this.look('rejected'),
      force: () => this.force(),
      tell: (credential, evidence) => this.#tellRejected(credential, evidence),
    });
  }

  abstract current(): Credential;
  abstract renew(reason: string): Promise<void>;
  abstract release(): void;
  /** How it notices changes now. */
  protected abstract get watcher(): WatcherMode;
  /** Takes what is new, if that can be known cheaply. */
  protected abstract look(reason: LookReason): void;
  /** A 401 asks for a token in any case. Never rejects. */
  protected abstract force(): void | Promise<void>;
  /** Sets the timer for what comes next. */
  protected abstract schedule(): void;

  rejected(credential: Credential, evidence: RejectionEvidence) {
    return this.#rejections.answer(credential, evidence);
  }

  observeDate(date: string): void {
    this.holder.time.observe(date);
  }

  status(): SourceStatus {
    return {
      state: this.holder.state(),
      generation: this.holder.current?.generation ?? 0,
      age: this.holder.age,
      lifetime: this.holder.lifetime(),
      watcher: this.watcher,
      lastFault: this.holder.lastFault,
      skew: this.holder.time.skew,
    };
  }

  get faults(): readonly KubefreshError[] {
    return this.teller.faults;
  }

  first(callback: () => void): () => void {
    this.#waiting.add(callback);
    this.schedule();
    return () => {
      if (this.#waiting.delete(callback)) this.schedule();
    };
  }

  attach(events: Emitter<SourceEvents>): void {
    this.teller.attach(events);
  }

  detach(events: Emitter<SourceEvents>): void {
    this.teller.detach(events);
  }

  /** Ends it; nobody uses it any more. */
  close(): void {
    this.#closed = true;
    this.coarse.stop();
    this.#rejections.close();
    // Whoever still waits finds it closed.
    for (const callback of [...this.#waiting]) callback();
    this.#waiting.clear();
  }

  protected get closed(): boolean {
    return this.#closed;
  }

  /** Whether somebody waits for the first credential, and wants the process to wait with him. */
  protected get awaited(): boolean {
    return this.#waiting.size > 0;
  }

  /** Holds new parts, and tells everybody; the credential, or undefined where they are what is held already. */
  protected take(parts: CredentialParts, reason: string): Credential | undefined {
    const previous = this.holder.newest;
    const credential = this.holder.take(parts);
    if (credential === undefined) return undefined;
    if (previous === undefined || !previous.token.equals(credential.token)) {
      this.alarm.reset();
      this.judge(credential);
    }
    this.teller.emit('renewed', { credential, previous, reason });
    for (const callback of [...this.#waiting]) callback();
    this.#waiting.clear();
    this.alarm.check();
    this.schedule();
    return credential;
  }

  /** Tells what is wrong with a new token that is served all the same; a subclass that knows such things overrides it. */
  protected judge(_credential: Credential): void {}

  #tellRejected(credential: Credential, evidence: RejectionEvidence): void {
    const explanation = explainRejection(credential.token, { ...evidence, now: this.holder.time.now() });
    const { reason } = explanation;
    this.teller.emit('rejected', { credential, reason, explanation, auditId: evidence.auditId });
  }
}
