/** A service account as both servers know it. */
interface Account {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** The states of a token that a request can carry. */
export type TokenState =
  | 'good'
  | 'garbage'
  | 'expired'
  | 'not yet valid'
  | 'within the leeway'
  | 'other audience'
  | 'other issuer'
  | 'other account uid'
  | 'absent pod'
  | 'legacy without its secret';

/** One of the two servers, in the same state as the other: the same objects, accounts and tokens. */
export interface World {
  readonly name: 'real' | 'kit';
  readonly origin: string;
  readonly ca: string;
  /** What authenticates an administrator: TLS options or a header. */
  readonly admin: { readonly cert?: string; readonly key?: string; readonly token?: string };
  readonly account: Account;
  token(state: TokenState): Promise<string>;
}

/** Where all of the contract's objects live. */
export const NAMESPACE = 'contract';
/** Whose tokens are used; bound to `NAMESPACE`. */
export const ACCOUNT = 'reader';
/** Seconds, beyond the server's leeway of 60. */
export const PAST_LEEWAY = 90;
/** Seconds, within it. */
export const IN_LEEWAY = 30;
