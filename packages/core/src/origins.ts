import { InsecureTransportError, InvalidOptionError } from './errors.ts';

/** A dot segment, plain or percent-encoded: a server may resolve it and so leave the prefix that we checked. */
const DOT_SEGMENT = /(?:^|[/\\]|%2f|%5c)(?:\.|%2e){1,2}(?:[/\\?#]|%2f|%5c|$)/i;

/** How many spellings of origins are remembered; a program talks to few, and what it is given may be attacker-made. */
const REMEMBERED = 256;

/** Options of an `OriginList`. */
export interface OriginListOptions {
  /** Accept `http:` entries. Default false: a bearer token over plain http is public. */
  readonly allowInsecure?: boolean | undefined;
}

/**
 * The places that may see the token. An entry is an origin (`https://10.0.0.1`), or an origin and a path prefix (Rancher:
 * `https://host/k8s/clusters/c-1`) that matches whole path segments only.
 *
 * Both sides are normalised by `new URL`: case of the host and the default port make no difference; another port, another
 * scheme, a trailing dot of the host or user information do.
 */
export class OriginList {
  /** Normalised origin -> its path prefixes, longest first; '' is the whole origin. */
  readonly #entries = new Map<string, readonly string[]>();
  /** Spelling as it came -> its prefixes, or undefined for what is not in the list. */
  readonly #spellings = new Map<string, readonly string[] | undefined>();
  #lastSpelling = '';
  #lastPrefixes: readonly string[] | undefined;
  /** All of the last origin is in the list. */
  #lastIsWhole = false;

  /**
   * @throws InvalidOptionError for what is no http(s) URL, or has user information, a query or a fragment;
   *   InsecureTransportError for an `http:` entry without `allowInsecure`.
   */
  constructor(origins: readonly string[], { allowInsecure = false }: OriginListOptions = {}) {
    if (!Array.isArray(origins) || origins.length === 0) {
      throw new InvalidOptionError('origins', "'origins' must be a list of at least one URL that may see the token.");
    }
    for (const entry of origins) {
      const url = parseEntry(entry, allowInsecure);
      const prefix = url.pathname.replace(/\/+$/, '');
      const prefixes = [...(this.#entries.get(url.origin) ?? []), prefix];
      this.#entries.set(
        url.origin,
        prefixes.sort((a, b) => b.length - a.length),
      );
    }
  }

  /** The normalised origins, in the order given, each once. */
  get origins(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /**
   * The path prefix under which `origin` + `path` is in the list ('' for a whole origin), or undefined where it is not.
   * A few nanoseconds for the origin that was asked last.
   */
  match(origin: string | URL, path: string): string | undefined {
    // A URL object is asked for its text each time: it can be changed after we saw it.
    const spelling = typeof origin === 'string' ? origin : origin.href;
    if (spelling !== this.#lastSpelling) this.#find(spelling);
    return this.#lastIsWhole ? '' : this.#lastPrefixOf(path);
  }

  /** Whether any path of `origin` is in the list. */
  knows(origin: string | URL): boolean {
    return this.#find(typeof origin === 'string' ? origin : origin.href) !== undefined;
  }

  #lastPrefixOf(path: string): string | undefined {
    return this.#lastPrefixes?.find((prefix) => isUnder(path, prefix));
  }

  #find(spelling: string): readonly string[] | undefined {
    if (!this.#spellings.has(spelling)) {
      if (this.#spellings.size >= REMEMBERED) this.#spellings.clear();
      this.#spellings.set(spelling, this.#entries.get(normalise(spelling)));
    }
    const prefixes = this.#spellings.get(spelling);
    this.#lastPrefixes = prefixes;
    this.#lastIsWhole = prefixes?.[0] === '';
    this.#lastSpelling = spelling;
    return prefixes;
  }
}

/** The origin of a URL as `new URL` spells it, or an empty string, which is never in the list. */
function normalise(spelling: string): string {
  const url = URL.parse(spelling);
  // User information before a host is how a look-alike URL is made: such a request gets no token of ours.
  return url === null || url.username !== '' || url.password !== '' ? '' : url.origin;
}

function isUnder(path: string, prefix: string): boolean {
  if (prefix === '') return true;
  if (!path.startsWith(prefix) || DOT_SEGMENT.test(path.split('?', 1)[0] ?? '')) return false;
  const next = path.charAt(prefix.length);
  return next === '' || next === '/' || next === '?';
}

function parseEntry(entry: unknown, allowInsecure: boolean): URL {
  const url = typeof entry === 'string' ? URL.parse(entry) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new InvalidOptionError(
      'origins',
      `'origins' holds ${JSON.stringify(entry)}, which is no http(s) URL; give something like 'https://10.0.0.1:443'.`,
    );
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new InvalidOptionError(
      'origins',
      `'origins' holds an entry for ${url.host} with user information, a query or a fragment; give the origin and, where needed, a path prefix.`,
    );
  }
  if (url.protocol === 'http:' && !allowInsecure) {
    throw new InsecureTransportError(
      `'origins' holds ${url.origin}: over plain http everybody on the way reads the token. Use https, or set 'allowInsecure: true' if that is what you want.`,
    );
  }
  return url;
}
