import type { CredentialKind } from '../server/auth/bearer.ts';
import type { TokenClaims } from '../server/auth/claims.ts';

/** A request as the server saw it arrive. Holds no token. */
export interface RequestFacts {
  /** Counts the server's requests from 1. */
  readonly id: number;
  /** The HTTP method. */
  readonly method: string;
  /** The path without its query. */
  readonly path: string;
  /** The query of its address. */
  readonly query: URLSearchParams;
  /** What its connection speaks. */
  readonly protocol: 'http/1.1' | 'h2';
  /** Counts the server's connections from 1: two requests with the same number shared one. */
  readonly connection: number;
  /** When it arrived, in ms since the epoch by the machine's clock. */
  readonly time: number;
  /** What it brought as a credential. */
  readonly credential: CredentialKind;
  /** How many Authorization headers it carried: more than one is a client's bug. */
  readonly authorizations: number;
  /** The id of its token as the token states it; undefined for an opaque token or none. */
  readonly jti?: string | undefined;
  /** The claims as the token states them, unverified. */
  readonly claims?: TokenClaims | undefined;
  /** The headers but `authorization` (and the WebSocket protocols, which may carry a token), in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A line of the journal: a request and what became of it. Entered when the status is decided. */
export interface JournalEntry extends RequestFacts {
  /** The HTTP status; 0 if the connection was cut instead. */
  readonly status: number;
  /** The user the server found; undefined on a 401. */
  readonly user?: string | undefined;
  /** Why a 401, in the words of the real server's log. Never sent to the client. */
  readonly reason?: string | undefined;
  /** The `Audit-Id` of the answer. */
  readonly auditId: string;
  /** The faults that acted on this request. */
  readonly faults: readonly string[];
  /** The faults that were on meanwhile, whether they acted on it or not. */
  readonly faultsOn: readonly string[];
  /** How many bytes of body the handler read. */
  bodyBytes?: number;
  /** Their SHA-256 in hex: what arrived, without keeping it. */
  bodyHash?: string;
  /** When the answer had been sent whole or the client was gone, in ms since the epoch; undefined while it lasts. */
  endedAt?: number;
}
