import type { Dispatcher } from 'undici';
import { InvalidOptionError } from '../errors.ts';
import { OriginList } from '../origins.ts';
import { createDispatcher } from './dispatcher.ts';
import type { DispatcherOptions } from './options.ts';

/** With the slashes: `https:path` is a relative reference. */
const ABSOLUTE = /^https?:\/\//i;

/** Options of `createFetch()`; a `Cluster` is a complete set. */
export interface FetchOptions extends DispatcherOptions {
  /** The API server, on which `'/api/…'` resolves: an origin, with a path prefix where the server has one (Rancher). */
  readonly origin: string;
}

/** What `createFetch()` returns: a `fetch` with its own connections. */
export interface KubernetesFetch extends AsyncDisposable {
  /** `fetch`; a path (`'/api/…'`) resolves on `origin`. Rejects as `fetch` does, with a TypeError that has a `cause`. */
  (input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** Ends its connections once all responses have been read; it takes no more requests. Does not close the source. */
  close(): Promise<void>;
}

/**
 * The built-in `fetch` for one API server: a path resolves on `origin`, requests to `origins` carry the token of now, over
 * connections verified with the CA of now, and are sent once more where a newer token or CA cures a failure. Redirects to
 * other origins are followed without the token.
 *
 * It rejects as `fetch` does, with a TypeError whose `cause` is what `createDispatcher()` says.
 *
 * @throws InvalidOptionError when `origin` is no URL or not among `origins`, or as `createDispatcher()` does.
 */
export function createFetch(options: FetchOptions): KubernetesFetch {
  const { origin, ...rest } = options;
  const base = URL.parse(origin);
  if (base === null) {
    throw new InvalidOptionError('origin', `'origin' is ${JSON.stringify(origin)}, which is no URL.`);
  }
  if (new OriginList(rest.origins, rest).match(base.origin, base.pathname) === undefined) {
    throw new InvalidOptionError(
      'origin',
      `'origin' is ${base.origin}${base.pathname}, which is not among 'origins': no request to it would carry the token.`,
    );
  }
  // Not new URL('/api', base): that would leave the prefix of a server that has one.
  const root = base.origin + base.pathname.replace(/\/+$/, '');
  // Taken now: whoever puts the result in the place of globalThis.fetch must not make it call itself.
  const { fetch } = globalThis;
  const dispatcher = createDispatcher(rest);
  // Async, so that an address that is none rejects, as with `fetch`.
  const call = async (input: string | URL | Request, init?: RequestInit): Promise<Response> =>
    // The types of Node's own undici, which is another version, know the option by another class.
    fetch(resolve(input, base, root), { ...init, dispatcher } as RequestInit & { dispatcher: Dispatcher });
  const close = (): Promise<void> => dispatcher.close();
  return Object.assign(call, { close, [Symbol.asyncDispose]: close });
}

function resolve(input: string | URL | Request, base: URL, root: string): string | URL | Request {
  // What is absolute is not parsed here: `fetch` does it.
  if (typeof input !== 'string' || ABSOLUTE.test(input)) return input;
  // '//host' is another host.
  return input.startsWith('/') && !input.startsWith('//') ? root + input : new URL(input, base);
}
