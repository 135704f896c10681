/** Name and uid of an object that a token names. */
export interface Reference {
  readonly name: string;
  readonly uid: string;
}

/** What a minted token says. Times are seconds from now, negative for the past. */
export interface TokenSpec {
  /** Default: the world's own. */
  readonly account?: Reference;
  readonly pod?: Reference;
  readonly node?: Reference;
  readonly secret?: Reference;
  /** Default: the API server's own. */
  readonly audiences?: readonly string[];
  /** `iat`, default 0. */
  readonly issued?: number;
  /** `nbf`, default as `issued`. */
  readonly notBefore?: number;
  /** `exp`, default an hour from now. */
  readonly expires?: number;
  /** Last word about any claim; a member set to undefined is left out. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** One of the two servers. Both are brought into the same state: the same objects, accounts, rights and tokens. */
export interface World {
  readonly name: 'real' | 'kit';
  /** `https://127.0.0.1:<port>` */
  readonly origin: string;
  /** What its certificate is signed by, PEM. */
  readonly ca: string;
  /** What authenticates an administrator: TLS options or a header. */
  readonly admin: { readonly cert?: string; readonly key?: string; readonly token?: string };
  /** Whose tokens are used: `ACCOUNT` of `NAMESPACE`, which may do `READER_RULE`. */
  readonly account: Reference;
  /** Signs a token with the server's key, by the mint that its tests use. */
  mint(spec?: TokenSpec): Promise<string>;
  /** A token of the old kind, good once the Secret, which must be there, holds it. */
  mintLegacy(account: Reference, secretName: string): Promise<string>;
  /** Makes all versions of before unknown, and waits until they are. */
  forgetThePast(): Promise<void>;
  /** A token of a year that counts as stale after an hour, as the kubelet's automounted ones. */
  mintExtended(pod: Reference): Promise<string>;
}

/** Where all of the contract's objects live. */
export const NAMESPACE = 'contract';
/** The account of the requests that are not the administrator's. */
export const ACCOUNT = 'reader';
/** All that it may do, in its namespace. */
export const READER_RULE = {
  apiGroups: [''],
  resources: ['pods', 'pods/exec', 'pods/log', 'configmaps'],
  verbs: ['*'],
} as const;
