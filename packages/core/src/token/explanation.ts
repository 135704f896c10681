/**
 * Why a request was refused:
 * - `expired`, `not-yet-valid`: by the token's own times; for the second, a clock is wrong;
 * - `wrong-audience`: it was made for somebody else than the API server;
 * - `foreign-issuer`: the API server does not know who made it;
 * - `legacy-invalidated`: a token of a Secret that was deleted, or that the control plane has labelled invalid;
 * - `account-gone`, `pod-gone`, `node-gone`, `secret-gone`: what it is bound to was deleted, or deleted and created again;
 * - `signing-key-replaced`: the API server no longer has the key that it was signed with;
 * - `lagging-server`: it is good, but a server (one of several) does not know it yet;
 * - `middlebox`: something between us and the API server removed the token, or answered itself;
 * - `backend`: the answer is that of a pod, service or kubelet behind a `proxy` subresource;
 * - `unknown`: nothing that is known here explains it.
 */
export type RejectionReason =
  | 'expired'
  | 'not-yet-valid'
  | 'wrong-audience'
  | 'foreign-issuer'
  | 'legacy-invalidated'
  | 'account-gone'
  | 'pod-gone'
  | 'node-gone'
  | 'secret-gone'
  | 'signing-key-replaced'
  | 'lagging-server'
  | 'middlebox'
  | 'backend'
  | 'unknown';

/** Why a request was refused, as well as it can be known. */
export interface Explanation {
  /** The reason, as a word that a program can test. */
  readonly reason: RejectionReason;
  /** `certain`: the facts leave no other reason; `likely`: the best guess, the message names the others. */
  readonly certainty: 'certain' | 'likely';
  /** What happened, to which token (its jti), and what to do. Holds no token. */
  readonly message: string;
}

/** An object as the API server has it now. */
export interface KnownObject {
  /** `metadata.uid`: another one than in the token means that it was created again. */
  readonly uid: string;
  /** Its `deletionTimestamp`, ms since the epoch, where it has one. */
  readonly deletedAt?: number;
}

/** What is known about a refusal. Only `status` must be; the more, the more certain the explanation. */
export interface ExplainEvidence {
  /** The HTTP status: 401; or 403 where the server took the caller for `system:anonymous`. */
  readonly status: number;
  /**
   * The moment to judge, ms since the epoch. Default: `date`, and without that the wall clock. Where it is seconds away from
   * `date`, it is not by the server's clock, and nothing about times is certain.
   */
  readonly now?: number;
  /** The response's `Date` header: only with the server's own clock are times certain. */
  readonly date?: string;
  /** The response's `Audit-Id` header. */
  readonly auditId?: string;
  /** The path had a `proxy` subresource. */
  readonly proxied?: boolean;
  /** The response had a `WWW-Authenticate` header, which an API server never sends. */
  readonly challenged?: boolean;
  /** The audiences that the API server takes (its `--api-audiences`). */
  readonly audiences?: readonly string[];
  /** The issuer in the API server's discovery document. */
  readonly issuer?: string;
  /** The ids (`kid`) of the keys in the API server's JWKS. */
  readonly keyIds?: readonly string[];
  /** What the token is bound to, as the API server has it now; `null` for what it does not have. */
  readonly objects?: Readonly<Partial<Record<'serviceAccount' | 'pod' | 'node' | 'secret', KnownObject | null>>>;
  /** `status.error` of a TokenReview of it: the API server's own words. */
  readonly review?: string;
  /** The API server took the token when it was asked again. */
  readonly acceptedNow?: boolean;
}

/** What the checks see: the evidence, with the moment and whose clock it is by. */
export interface Facts extends ExplainEvidence {
  /** ms since the epoch. */
  readonly now: number;
  /** Whether `now` is by the server's clock. */
  readonly serversClock: boolean;
}

/** What a single check finds: an explanation without the words that all have in common. */
export type Finding = Explanation | undefined;

/** A finding that leaves no doubt. */
export function certain(reason: RejectionReason, message: string): Explanation {
  return { reason, certainty: 'certain', message };
}

/** A finding that is a guess. */
export function likely(reason: RejectionReason, message: string): Explanation {
  return { reason, certainty: 'likely', message };
}
