import {
  ClosedError,
  type Credential,
  type CredentialSource,
  CredentialUnavailableError,
  explainRejection,
  KubefreshError,
  type Listener,
  lifetime,
  type ReadyOptions,
  type RejectionEvidence,
  type RenewOptions,
  type SourceEvents,
  type SourceStatus,
} from '@kubefresh/core';
import { abortable } from './abortable.ts';
import { Listeners } from './listeners.ts';
import type { Plugin } from './plugin.ts';

/** The pause between two runs for 401s, ms: a plugin may be a login, and a server that refuses all gets no better by it. */
const RUN_EVERY = 1000;

/** How often a plugin whose credential ends within a minute is run again, ms, where it has nothing better to give. */
const DUE_EVERY = 10_000;

const monotonic = performance.now.bind(performance);

/**
 * A credential plugin as a source: run when first needed, again from a minute before its credential ends (the old one serves
 * until then), and once after a 401. It runs only when asked, and holds no timer.
 */
export class ExecSource implements CredentialSource {
  readonly #plugin: Plugin;
  readonly #readCA: () => string | undefined;
  readonly #caFile: string | undefined;
  readonly #listeners = new Listeners();
  readonly #told = new WeakSet<Credential['token']>();
  #credential: Credential | undefined;
  #takenAt = 0;
  #askedAt = Number.NEGATIVE_INFINITY;
  #dueAt = Number.NEGATIVE_INFINITY;
  /** The answer to all who are refused meanwhile. */
  #answering: Promise<Credential | undefined> | undefined;
  #lastFault: SourceStatus['lastFault'];
  #closed = false;

  /** @param caFile - where `readCA` reads it, for messages; undefined where that is no file. */
  constructor(plugin: Plugin, readCA: () => string | undefined, caFile: string | undefined) {
    this.#plugin = plugin;
    this.#readCA = readCA;
    this.#caFile = caFile;
  }

  current(): Credential {
    if (this.#closed) throw new ClosedError('source');
    if (this.#credential === undefined) {
      throw new CredentialUnavailableError(`The credential plugin ${this.#plugin.command} has given no token yet.`);
    }
    this.#renewIfDue();
    return this.#credential;
  }

  async ready({ signal }: ReadyOptions = {}): Promise<Credential> {
    await this.prepare(signal);
    return this.current();
  }

  /**
   * Runs the plugin if there is nothing that could be accepted; `ready()` for a plugin that gives certificates alone.
   *
   * @throws CredentialUnavailableError, ClosedError, the signal's reason.
   */
  async prepare(signal?: AbortSignal): Promise<void> {
    if (this.#closed) throw new ClosedError('source');
    if (this.#plugin.spent) await abortable(this.#attempt('due'), signal);
    else this.#renewIfDue();
  }

  async renew({ reason = 'asked', signal }: RenewOptions = {}): Promise<Credential> {
    if (this.#closed) throw new ClosedError('source');
    // Of a server that could not be verified the plugin knows nothing; the CA beside it may have changed.
    if (reason === 'tls') this.#take('tls');
    else await abortable(this.#attempt(reason), signal);
    return this.current();
  }

  rejected(refused: Credential, evidence: RejectionEvidence): Credential | undefined | Promise<Credential | undefined> {
    if (this.#closed) return undefined;
    // Something on the way took the token away: no other would do better.
    if (evidence.status !== 401) return this.#tell(refused, evidence);
    const held = this.#credential;
    if (held !== undefined && !held.token.equals(refused.token)) return held;
    if (this.#answering !== undefined) return this.#answering;
    if (monotonic() - this.#askedAt < RUN_EVERY) return undefined;
    this.#askedAt = monotonic();
    this.#tell(refused, evidence);
    this.#answering = this.#other(refused).finally(() => {
      this.#answering = undefined;
      this.#askedAt = monotonic();
    });
    return this.#answering;
  }

  status(): SourceStatus {
    const token = this.#credential?.token;
    const life = token === undefined ? undefined : lifetime(token, this.#end());
    return {
      state: life?.state ?? 'empty',
      generation: this.#credential?.generation ?? 0,
      age: token === undefined ? undefined : monotonic() - this.#takenAt,
      lifetime: life,
      watcher: this.#closed ? 'closed' : 'none',
      lastFault: this.#lastFault,
      skew: undefined,
    };
  }

  on<Name extends keyof SourceEvents>(name: Name, listener: Listener<SourceEvents[Name]>): this {
    this.#listeners.add(name, listener);
    return this;
  }

  off<Name extends keyof SourceEvents>(name: Name, listener: Listener<SourceEvents[Name]>): this {
    this.#listeners.remove(name, listener);
    return this;
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Once for each token, as with the sources of core. */
  #tell(refused: Credential, evidence: RejectionEvidence): undefined {
    if (this.#told.has(refused.token)) return;
    this.#told.add(refused.token);
    const explanation = explainRejection(refused.token, evidence);
    const { reason } = explanation;
    this.#listeners.tell('rejected', { credential: refused, reason, explanation, auditId: evidence.auditId });
  }

  /** In the background: what is held serves until its end. */
  #renewIfDue(): void {
    if (!this.#plugin.due || monotonic() - this.#dueAt < DUE_EVERY) return;
    this.#dueAt = monotonic();
    // A failure is told as a fault; whoever finds the credential ended gets it as his error.
    this.#attempt('due').catch(() => {});
  }

  /** What the plugin gives now, if it is another token than the refused one. */
  async #other(refused: Credential): Promise<Credential | undefined> {
    // A failure is a fault of its own; the caller gets his 401.
    await this.#attempt('rejected').catch(() => {});
    return this.#credential?.token.equals(refused.token) ? undefined : this.#credential;
  }

  async #attempt(reason: string): Promise<void> {
    try {
      await this.#plugin.renew();
      // Nothing better to be had for now.
      if (this.#plugin.due) this.#dueAt = monotonic();
    } catch (error) {
      this.#fault(error);
      throw error;
    }
    this.#take(reason);
  }

  /** Holds what the plugin has, if it is anything new. */
  #take(reason: string): void {
    const { token } = this.#plugin.held ?? {};
    const ca = this.#readCA();
    const previous = this.#credential;
    if (token === undefined || (previous?.token.equals(token) && previous.ca === ca)) return;
    const credential: Credential = Object.freeze({
      token,
      ...(ca === undefined ? {} : { ca }),
      ...(this.#caFile === undefined ? {} : { caFile: this.#caFile }),
      generation: (previous?.generation ?? 0) + 1,
      loadedAt: Date.now(),
      lifetime: lifetime(token, this.#end()),
    });
    this.#credential = credential;
    this.#takenAt = monotonic();
    this.#listeners.tell('renewed', { credential, previous, reason });
  }

  #end(): { notAfter?: number } {
    const end = this.#plugin.held?.expiresAt;
    return end === undefined ? {} : { notAfter: end };
  }

  #fault(error: unknown): void {
    if (!KubefreshError.is(error)) return;
    this.#lastFault = { code: error.code, error, at: Date.now() };
    this.#listeners.tell('fault', { code: error.code, error });
  }
}
