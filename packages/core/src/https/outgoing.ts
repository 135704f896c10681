import type { ClientRequest } from 'node:http';

/** What Node keeps of a request's head, beyond its public interface. */
interface Internals {
  /** The head as text, once it is final. */
  _header: string | null;
  /** Whether it was handed to the socket, or put before the first piece of the body. */
  _headerSent: boolean;
  /** What waits for a socket, the head included. */
  outputData?: { data: unknown }[];
  /** The connection, and what waits in it for being connected. */
  socket: { _pendingData?: unknown } | null;
}

const REDACTED = '[redacted]';

/**
 * Puts `value` into the request's head as Authorization, unless the caller has one of his own, in which case it answers
 * false. A head that is final already (headers given as a list, or `Expect: 100-continue`) is still ours to complete: an
 * agent is asked for a socket before anything is sent.
 */
export function authorize(request: ClientRequest, value: string): boolean {
  const internals = request as unknown as Internals;
  const { _header: head } = internals;
  if (head === null) {
    if (request.hasHeader('authorization')) return false;
    request.setHeader('Authorization', value);
    return true;
  }
  if (/^authorization:/im.test(head)) return false;
  // With Expect the head stands among what waits for a socket already.
  const waiting = internals.outputData?.find(({ data }) => typeof data === 'string' && data.startsWith(head));
  if (internals._headerSent && waiting === undefined) return false;
  // The empty line that ends a head stays its end.
  const complete = `${head.slice(0, -2)}Authorization: ${value}\r\n\r\n`;
  internals._header = complete;
  if (waiting !== undefined) waiting.data = complete + String(waiting.data).slice(head.length);
  return true;
}

/**
 * Takes `value` out of what a request keeps, so that a log of the request, of its response or of an error that holds either
 * (axios: `error.request`) does not show the token. To be called when it was sent, or never will be.
 */
export function scrub(request: ClientRequest, value: string): void {
  const internals = request as unknown as Internals;
  const text = (from: string) => from.replaceAll(value, REDACTED);
  if (internals._header !== null) internals._header = text(internals._header);
  for (const piece of internals.outputData ?? []) if (typeof piece.data === 'string') piece.data = text(piece.data);
  const { socket } = internals;
  if (typeof socket?._pendingData === 'string') socket._pendingData = text(socket._pendingData);
  // setHeader() refuses once the head is final, so the store behind it is changed: name in lower case -> [name, value].
  const store = Object.getOwnPropertySymbols(request).find(({ description }) => description === 'kOutHeaders');
  const headers = store && (request as unknown as Record<symbol, Record<string, [string, unknown]> | null>)[store];
  const header = headers?.['authorization'];
  if (header?.[1] === value) header[1] = REDACTED;
}
