import { type CredentialSource, parseToken, type Token } from '@kubefresh/core';
import type { createDispatcher } from '@kubefresh/core/undici';
import { UntoldReasons } from './untold-reasons.ts';

/** A dispatcher as core makes them. */
export type Dispatcher = ReturnType<typeof createDispatcher>;
type Dispatch = Dispatcher['dispatch'];
type DispatchOptions = Parameters<Dispatch>[0];
type PlainHeaders = Record<string, string | undefined>;

/** The client signs all its requests so; others that share its copy of undici do not. */
const USER_AGENT = 'kubernetes-fluent-client';
/** Marks what is on its way by our dispatcher, which may be made of the very class that we change. */
const ON_ITS_WAY = Symbol('kubefresh.on-its-way');

/** Tells which requests go by our dispatcher, and makes them ready for it. */
export class Route {
  readonly #source: CredentialSource;
  readonly #origins: ReadonlySet<string>;
  readonly #isLeftAlone: (origin: string) => boolean;
  /** The source's token as it was last seen, and the one before. */
  #held: readonly Token[] = [];

  /**
   * @param origins - Of the API server, normalised as in `URL.origin`.
   * @param isLeftAlone - Whether the client is somebody else there, by no header that tells him.
   */
  constructor(source: CredentialSource, origins: readonly string[], isLeftAlone: (origin: string) => boolean) {
    this.#source = source;
    this.#isLeftAlone = isLeftAlone;
    this.#origins = new Set(origins);
  }

  /** A `dispatch` for the client's agents that sends by `dispatcher` what is for the API server. */
  by(dispatcher: Dispatcher, original: Dispatch): Dispatch {
    const find = (options: DispatchOptions) => this.#find(options);
    const reasons = new UntoldReasons();
    return function (this: Dispatcher, options, handler) {
      const ours = find(options);
      if (ours === undefined) return original.call(this, options, handler);
      return dispatcher.dispatch(ours, reasons.heardBy(handler));
    };
  }

  #find(options: DispatchOptions): DispatchOptions | undefined {
    const origin = String(options.origin);
    if (ON_ITS_WAY in options || !this.#origins.has(origin) || this.#isLeftAlone(origin)) return undefined;
    const headers = signedByClient(options.headers);
    if (headers === undefined) return undefined;
    const ours = { ...options, headers: this.#withoutOwnToken(headers), [ON_ITS_WAY]: true };
    return ours;
  }

  /** Takes out the token that the client read by itself, so that the source's is put in; any other account's stays. */
  #withoutOwnToken(headers: PlainHeaders): PlainHeaders {
    const name = Object.keys(headers).find((key) => key.toLowerCase() === 'authorization');
    if (name === undefined || !this.#isOfSource(headers[name])) return headers;
    const { [name]: _, ...rest } = headers;
    return rest;
  }

  #isOfSource(authorization: string | undefined): boolean {
    const text = authorization?.replace(/^Bearer /, '') ?? '';
    try {
      const { token } = this.#source.current();
      if (token !== this.#held[0]) this.#held = [token, ...this.#held.slice(0, 1)];
      // The client may have read its token just before a rotation.
      if (this.#held.some((held) => held.reveal() === text)) return true;
      const { iss, sub } = parseToken(text).claims ?? {};
      return sub !== undefined && sub === token.claims?.sub && iss === token.claims.iss;
    } catch {
      // No credential yet, or the header holds no JWT: nothing to put in its place.
      return false;
    }
  }
}

/** The headers, where they have the form in which undici's fetch hands them over and are signed by the client. */
function signedByClient(headers: DispatchOptions['headers']): PlainHeaders | undefined {
  if (typeof headers !== 'object' || headers === null || Symbol.iterator in headers) return undefined;
  const plain = headers as PlainHeaders;
  const name = Object.keys(plain).find((key) => key.toLowerCase() === 'user-agent');
  return name !== undefined && plain[name] === USER_AGENT ? plain : undefined;
}
