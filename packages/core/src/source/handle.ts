import { ClosedError, CredentialUnavailableError, InvalidOptionError, type KubefreshError } from '../errors.ts';
import { Emitter, type Listener } from '../events.ts';
import { abortable } from './abortable.ts';
import type {
  Credential,
  CredentialSource,
  ReadyOptions,
  RejectionEvidence,
  RenewOptions,
  SourceEvents,
  SourceStatus,
} from './types.ts';

/** What stands behind one or more handles: it works as long as one of them is open. */
export interface Engine {
  /** @throws CredentialUnavailableError */
  current(): Credential;
  /** Never rejects: what goes wrong is a fault of the engine. Callers meanwhile share the attempt. */
  renew(reason: string): Promise<void>;
  rejected(
    credential: Credential,
    evidence: RejectionEvidence,
  ): Credential | undefined | Promise<Credential | undefined>;
  observeDate(date: string): void;
  status(): SourceStatus;
  /** What is at fault now. */
  readonly faults: readonly KubefreshError[];
  /** Calls back once, when there is a first credential; until then, or until the returned function is called, it holds the process. */
  first(callback: () => void): () => void;
  attach(events: Emitter<SourceEvents>): void;
  detach(events: Emitter<SourceEvents>): void;
  release(): void;
}

/** One user's hold on an engine that others may share: its own listeners, its own end. */
export class SourceHandle implements CredentialSource {
  readonly #engine: Engine;
  readonly #what: string;
  readonly #events = new Emitter<SourceEvents>();
  /** Ends each wait. Not one signal for all: each listener more would be compared with all before it. */
  readonly #waits = new Set<(reason: unknown) => void>();
  #closed = false;

  /** @param what - names the kind of source in the error that a closed one throws. */
  constructor(engine: Engine, what: string) {
    this.#engine = engine;
    this.#what = what;
  }

  current(): Credential {
    if (this.#closed) throw new ClosedError(this.#what);
    return this.#engine.current();
  }

  async ready({ signal }: ReadyOptions = {}): Promise<Credential> {
    if (signal?.aborted) throw signal.reason;
    try {
      return this.current();
    } catch (error) {
      if (!(error instanceof CredentialUnavailableError)) throw error;
    }
    await this.#untilClosed(signal, (resolve) => this.#engine.first(resolve));
    return this.current();
  }

  async renew({ reason = 'asked', signal }: RenewOptions = {}): Promise<Credential> {
    if (this.#closed) throw new ClosedError(this.#what);
    await this.#untilClosed(signal, (resolve, reject) => {
      this.#engine.renew(reason).then(resolve, reject);
      return undefined;
    });
    return this.current();
  }

  rejected(
    credential: Credential,
    evidence: RejectionEvidence,
  ): Credential | undefined | Promise<Credential | undefined> {
    return this.#closed ? undefined : this.#engine.rejected(credential, evidence);
  }

  observeDate(date: string): void {
    if (!this.#closed) this.#engine.observeDate(date);
  }

  status(): SourceStatus {
    const status = this.#engine.status();
    return this.#closed ? { ...status, watcher: 'closed' } : status;
  }

  on<Name extends keyof SourceEvents>(name: Name, listener: Listener<SourceEvents[Name]>): this {
    if (this.#closed) return this;
    this.#events.on(name, listener);
    this.#engine.attach(this.#events);
    if (name === 'fault') this.#tellStanding(listener as Listener<SourceEvents['fault']>);
    return this;
  }

  off<Name extends keyof SourceEvents>(name: Name, listener: Listener<SourceEvents[Name]>): this {
    this.#events.off(name, listener);
    // The engine knows only those who listen, so a handle that was dropped unclosed can be collected.
    if (this.#events.idle) this.#engine.detach(this.#events);
    return this;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#engine.detach(this.#events);
    for (const giveUp of [...this.#waits]) giveUp(new ClosedError(this.#what));
    this.#engine.release();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #untilClosed(signal: AbortSignal | undefined, start: Parameters<typeof abortable<void>>[1]): Promise<void> {
    return abortable<void>(signal, (resolve, reject) => {
      this.#waits.add(reject);
      const stop = start(resolve, reject);
      return () => {
        this.#waits.delete(reject);
        stop?.();
      };
    });
  }

  /** The first read comes before anybody can listen, and a fault is told once: who comes later hears what still stands. */
  #tellStanding(listener: Listener<SourceEvents['fault']>): void {
    const standing = this.#engine.faults;
    if (standing.length === 0) return;
    void Promise.resolve().then(() => {
      for (const error of this.#engine.faults) {
        if (standing.includes(error)) this.#events.emitTo(listener, 'fault', { code: error.code, error });
      }
    });
  }
}

/** @throws InvalidOptionError for what is no source, in JavaScript or by a cast: a request would be the first to notice. */
export function checkSource(source: CredentialSource, option = 'source'): void {
  if (typeof source === 'object' && source !== null && typeof source.current === 'function') return;
  throw new InvalidOptionError(
    option,
    `'${option}' is no credential source; give inCluster().source or volumeSource().`,
  );
}
