import type { RequestFacts } from '../../journal/entry.ts';
import { isTrue } from '../http/target.ts';

/** The requests a fault acts on, by what they must have in common. Everything left out matches anything. */
export interface RequestPattern {
  /** The id of its token, or one of these. */
  readonly jti?: string | readonly string[];
  /** The HTTP method, or one of these. */
  readonly method?: string | readonly string[];
  /** Text: the path begins with it. */
  readonly path?: string | RegExp;
  /** What its connection speaks. */
  readonly protocol?: RequestFacts['protocol'];
  /** True: watches only; false: everything but watches. */
  readonly watch?: boolean;
}

/** A pattern, or any predicate over the request. */
export type RequestMatch = RequestPattern | ((request: RequestFacts) => boolean);

/** Makes a predicate of either form. */
export function matcher(match: RequestMatch = {}): (request: RequestFacts) => boolean {
  if (typeof match === 'function') return match;
  const { jti, method, path, protocol, watch } = match;
  // `search`, not `test`: an expression with the flag `g` goes on from where it last found something.
  return (request) =>
    (jti === undefined || oneOf(jti, request.jti)) &&
    (method === undefined || oneOf(method, request.method)) &&
    (path === undefined ||
      (typeof path === 'string' ? request.path.startsWith(path) : request.path.search(path) !== -1)) &&
    (protocol === undefined || protocol === request.protocol) &&
    (watch === undefined || watch === isTrue(request.query.get('watch')));
}

function oneOf(wanted: string | readonly string[], value: string | undefined): boolean {
  return value !== undefined && (typeof wanted === 'string' ? wanted === value : wanted.includes(value));
}
