import type { KubefreshError, KubefreshErrorCode } from '../errors.ts';
import type { Listener } from '../events.ts';
import type { Explanation, RejectionReason } from '../token/explanation.ts';
import type { Lifetime, LifetimeState } from '../token/lifetime.ts';
import type { Token } from '../token/token.ts';

/** What is presented to the API server, and what the API server is checked with. Immutable; a change makes a new one. */
export interface Credential {
  /** The token; `token.reveal()` is what goes into the header. */
  readonly token: Token;
  /**
   * PEM bundle of the cluster's CA. Undefined where the source has no CA file by choice (`caFile: false`): the system's
   * roots serve. Empty (`''`) where there should be one but none was ever readable: then nothing is trusted.
   */
  readonly ca?: string;
  /** The file that `ca` was read from, for messages; undefined where it came by another way. */
  readonly caFile?: string;
  /** The pod's namespace, where the source knows it. */
  readonly namespace?: string;
  /** Counts up by one at each change of token, CA or namespace in this source. */
  readonly generation: number;
  /** When it was taken, ms since the epoch (wall clock). */
  readonly loadedAt: number;
  /** The token's life as judged when it was taken; `lifetime(token)` judges it now. */
  readonly lifetime: Lifetime;
}

/** What an injector knows of a response that refused a credential. */
export interface RejectionEvidence {
  /** The HTTP status: 401, or 403 where the server took us for anonymous. */
  readonly status: number;
  /** The origin that answered, e.g. `https://10.0.0.1:443`. */
  readonly origin: string;
  /** When the request was handed over, in ms of the source's monotonic clock (`performance.now()` by default). */
  readonly sentAt: number;
  /** The response's `Date` header, as it came: tells the server's clock. */
  readonly date?: string;
  /** The response's `Audit-Id` header: finds the request in the API server's audit log. */
  readonly auditId?: string;
}

/** Where a source stands. `empty`: never held one. `demoted`: the newest is refused, its predecessor serves. */
export type SourceState = 'empty' | LifetimeState | 'demoted';

/**
 * How changes are noticed: `watching`: by file events; `polling`: the watcher failed or is not started, the poll and looks
 * on use serve; `none`: the source has no file (minted tokens); `closed`.
 */
export type WatcherMode = 'watching' | 'polling' | 'none' | 'closed';

/** For readiness probes and people. */
export interface SourceStatus {
  /** Where the source stands: a readiness probe may fail on `empty` and `expired`. */
  readonly state: SourceState;
  /** Of the credential handed out, 0 while there is none. */
  readonly generation: number;
  /** For how long the newest credential has been held, ms of the monotonic clock; undefined while there is none. */
  readonly age: number | undefined;
  /** The life of the newest token, judged now. */
  readonly lifetime: Lifetime | undefined;
  /** How changes are noticed. */
  readonly watcher: WatcherMode;
  /** The last thing that went wrong, and when (ms since the epoch); it stays after recovery. */
  readonly lastFault:
    | { readonly code: KubefreshErrorCode; readonly error: KubefreshError; readonly at: number }
    | undefined;
  /** The server's clock minus ours, ms, from `Date` headers (precise to a second); undefined until one was seen. */
  readonly skew: number | undefined;
}

/** What a source tells its listeners. No event holds a token's text. */
export type SourceEvents = {
  /**
   * A newer credential is in use. `previous` is undefined for the first. `reason` is what found it: `start`, `watch`, `poll`,
   * `use` (a look on `current()`), `rejected`, what `renew()` was given; of minted tokens also `due`, `retry` and `ca`; of a
   * fallback the event that made it choose.
   */
  renewed: { readonly credential: Credential; readonly previous: Credential | undefined; readonly reason: string };
  /** The token in use should have been replaced by now (`lifetime.staleAt`); again, louder, at its `warnafter` and at its `exp`. */
  stale: { readonly credential: Credential; readonly lifetime: Lifetime };
  /**
   * A credential was refused (told once for each token, not once a request). `reason` and `explanation` say why, as a word and
   * in words; `auditId` finds the request in the API server's audit log.
   */
  rejected: {
    readonly credential: Credential;
    readonly reason: RejectionReason;
    readonly explanation: Explanation;
    readonly auditId: string | undefined;
  };
  /**
   * A read was refused, a watcher failed, …; the credential held stays in use. Told once until it has been well again, and
   * to a listener that comes later, in a microtask, if it still stands then. `code` is the `error`'s.
   */
  fault: { readonly code: KubefreshErrorCode; readonly error: KubefreshError };
};

/** Options of `ready()`. */
export interface ReadyOptions {
  /** Gives up this caller's wait; others' go on. */
  readonly signal?: AbortSignal;
}

/** Options of `renew()`. */
export interface RenewOptions extends ReadyOptions {
  /** Why; it becomes the `reason` of the `renewed` event. Default `'asked'`. */
  readonly reason?: string;
}

/**
 * Who holds a credential and keeps it fresh. The one interface that injectors, adapters and tools know.
 */
export interface CredentialSource extends AsyncDisposable {
  /**
   * The credential to use now. Synchronous and cheap (tens of nanoseconds; a look at the disk every 10 ms at most).
   * @throws CredentialUnavailableError when none was ever held; ClosedError after `close()`.
   */
  current(): Credential;
  /**
   * Resolves with the current credential, waiting for the first one if need be; a pending wait keeps the process alive.
   * @throws ClosedError after `close()`; the signal's reason when aborted.
   */
  ready(options?: ReadyOptions): Promise<Credential>;
  /**
   * Looks for (or asks for) a newer credential now, and resolves with whatever is current then. Callers share one attempt.
   * @throws CredentialUnavailableError when there is none still; ClosedError; the signal's reason when aborted.
   */
  renew(options?: RenewOptions): Promise<Credential>;
  /**
   * Tells that `credential` was answered with 401. Answers the credential to send the request with once more, or undefined
   * when there is no better one. Never throws, never rejects, and reads the disk at most ten times a second.
   */
  rejected(
    credential: Credential,
    evidence: RejectionEvidence,
  ): Credential | undefined | Promise<Credential | undefined>;
  /**
   * Tells the `Date` header of any response, so that a wrong clock is noticed before it does harm. Optional to call, and
   * to implement; more than one in ten seconds adds nothing.
   */
  observeDate?(date: string): void;
  /** How things stand, for readiness probes. Never throws. */
  status(): SourceStatus;
  /** Adds a listener; what it throws becomes a process warning. */
  on<Name extends keyof SourceEvents>(name: Name, listener: Listener<SourceEvents[Name]>): this;
  /** Removes a listener. */
  off<Name extends keyof SourceEvents>(name: Name, listener: Listener<SourceEvents[Name]>): this;
  /** Ends this handle, not what it shares with others. Idempotent. Pending waits reject with ClosedError. */
  close(): Promise<void>;
}
