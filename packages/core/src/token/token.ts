import type { TokenClaims } from './claims.ts';

/** `util.inspect.custom`, which is in the global registry so that nobody has to load `node:util` for it. */
const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom');

/**
 * What a token is, as far as its text tells:
 * - `bound`: a service-account token with an end, as the kubelet or the TokenRequest API hands out;
 * - `legacy`: a service-account token of a Secret: flat claims, no end (kubernetes.io/docs "legacy token");
 * - `jwt`: another issuer's JWT (OIDC, for instance);
 * - `opaque`: no JWT at all (OpenShift `sha256~…`, bootstrap and Rancher tokens).
 */
export type TokenKind = 'bound' | 'legacy' | 'jwt' | 'opaque';

/**
 * A token that does not show itself: `String()`, template literals, JSON and `util.inspect` print a label with its jti.
 * Only `reveal()` gives the text. Made by `parseToken`.
 */
export class Token {
  /** What it is, as far as its text tells. */
  readonly kind: TokenKind;
  /** The typed claims, frozen; undefined where `kind` is `opaque`. They are decoded, not verified. */
  readonly claims: TokenClaims | undefined;
  // A private field: neither inspect with showHidden, nor JSON, nor structuredClone reaches it.
  readonly #text: string;

  constructor(text: string, kind: TokenKind, claims: TokenClaims | undefined) {
    this.#text = text;
    this.kind = kind;
    this.claims = claims;
  }

  /** The text itself, to be sent and for nothing else. */
  reveal(): string {
    return this.#text;
  }

  /** Whether both are the same text. */
  equals(other: Token): boolean {
    return this.#text === other.#text;
  }

  /** The label, e.g. `[Token jti=…]`; never the text. */
  toString(): string {
    const { jti, serviceAccount, sub } = this.claims ?? {};
    if (jti !== undefined) return `[Token jti=${jti}]`;
    if (serviceAccount !== undefined) return `[Token ${this.kind} ${serviceAccount.namespace}/${serviceAccount.name}]`;
    return sub === undefined ? `[Token ${this.kind}]` : `[Token ${this.kind} sub=${sub}]`;
  }

  /** The label, for `JSON.stringify`. */
  toJSON(): string {
    return this.toString();
  }

  /** The label, for `util.inspect` and `console.log`. */
  [INSPECT](): string {
    return this.toString();
  }
}
