import type { OutgoingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';

/** Any form of headers that some undici accepts. */
export type CallerHeaders = Dispatcher.DispatchOptions['headers'];
/** Headers of ours: a new object, or a flat list with our header in the last place. */
export type SentHeaders = Record<string, string | string[] | undefined> | string[];

const NAME = 'authorization';

/** Whether the caller authenticates by himself: his header, in whatever spelling, is sent as it is. */
export function hasAuthorization(headers: CallerHeaders): boolean {
  return withAuthorization(headers, '') === undefined;
}

/**
 * The caller's headers and ours, in a new object; undefined where the caller has an Authorization of his own. All forms are
 * understood: none, plain object, flat list, list of pairs, and anything to be iterated (Map, Headers).
 */
export function withAuthorization(headers: CallerHeaders, value: string): SentHeaders | undefined {
  if (headers === undefined || headers === null) return { authorization: value };
  if (Symbol.iterator in headers) return fromList(headers as Iterable<unknown>, value);
  for (const name in headers) if (isAuthorization(name) && isSent(headers, name)) return undefined;
  return { ...headers, authorization: value };
}

/** The same headers with another token, for sending once more. */
export function replaceAuthorization(headers: SentHeaders, value: string): SentHeaders {
  return Array.isArray(headers) ? [...headers.slice(0, -1), value] : { ...headers, authorization: value };
}

/** undici drops a header whose value is undefined, and reads own properties only. */
function isSent(headers: OutgoingHttpHeaders, name: string): boolean {
  return headers[name] !== undefined && Object.hasOwn(headers, name);
}

function fromList(headers: Iterable<unknown>, value: string): string[] | undefined {
  return Array.isArray(headers) && !Array.isArray(headers[0]) ? fromFlat(headers, value) : fromPairs(headers, value);
}

function fromFlat(headers: readonly string[], value: string): string[] | undefined {
  for (let index = 0; index < headers.length; index += 2) {
    if (isAuthorization(headers[index])) return undefined;
  }
  return [...headers, NAME, value];
}

/** undici's core takes no list of pairs, so that pairs leave here as a flat list. */
function fromPairs(headers: Iterable<unknown>, value: string): string[] | undefined {
  const flat: string[] = [];
  for (const [name, content] of headers as Iterable<readonly [string, string | undefined]>) {
    if (content === undefined) continue;
    if (isAuthorization(name)) return undefined;
    flat.push(name, content);
  }
  flat.push(NAME, value);
  return flat;
}

function isAuthorization(name: string | undefined): boolean {
  return name !== undefined && name.length === NAME.length && name.toLowerCase() === NAME;
}
