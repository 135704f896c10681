import type { Readable } from 'node:stream';

/** A body that can be read only once, as undici takes it. */
export type OneShotBody = AsyncIterable<unknown> | Iterable<unknown>;

/**
 * How often a body can be sent: `many` for what undici reads anew from memory (none, text, bytes, FormData, Blob); `once`
 * for streams, generators and iterables (every body of `fetch` is one by the time it arrives here); `never` for what we
 * cannot read ourselves, such as a stream that is not iterable.
 *
 * Bytes are not copied: undici itself sends from the caller's buffer, which so must stay as it is until the response.
 */
export function replayability(body: unknown): 'many' | 'once' | 'never' {
  if (body === undefined || body === null || typeof body === 'string') return 'many';
  if (typeof body !== 'object') return 'never';
  if (ArrayBuffer.isView(body) || body instanceof ArrayBuffer || isBlob(body) || isFormData(body)) return 'many';
  return isOneShot(body) ? 'once' : 'never';
}

/** Whether the body is a Node stream, which fails by an `error` event. */
export function isNodeStream(body: object): body is Readable {
  return 'pipe' in body && typeof body.pipe === 'function' && 'on' in body && typeof body.on === 'function';
}

function isOneShot(body: object): body is OneShotBody {
  return Symbol.asyncIterator in body || Symbol.iterator in body;
}

// By shape, not by class: undici's FormData, Node's and another copy's are different classes. All have the tag.
function isFormData(body: object): boolean {
  return Object.prototype.toString.call(body) === '[object FormData]';
}

function isBlob(body: object): boolean {
  return /^\[object (?:Blob|File)\]$/.test(Object.prototype.toString.call(body));
}
