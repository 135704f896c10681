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

/** A header as Node keeps it until the head is final: its name as written, its value. */
export type HeaderEntry = [name: string, value: string];

const NAME = 'Authorization';
const KEY = 'authorization';
/** How it is written into a head. */
const LINE_START = `${NAME}: `;
const REDACTED = '[redacted]';

/** Node's key of a request's header store, the same for all requests; found at the first. */
let storeKey: symbol | undefined;

/**
 * Puts `value` into the request's head as Authorization, unless the caller has one of his own, in which case it answers
 * undefined; else what `scrub` is to be given. A head that is final already (headers given as a list, or
 * `Expect: 100-continue`) is still ours to complete: an agent is asked for a socket before anything is sent.
 *
 * @param value - That it fits in a header must have been checked: a token is the same for thousands of requests, and of 1 KB.
 */
export function authorize(request: ClientRequest, value: string): HeaderEntry | undefined {
  const entry: HeaderEntry = [NAME, value];
  if ((request as unknown as Internals)._header !== null) return complete(request, value) ? entry : undefined;
  if (request.hasHeader(KEY)) return undefined;
  const store = storeOf(request);
  if (store === undefined) {
    request.setHeader(NAME, value);
    return storeOf(request)?.[KEY] ?? entry;
  }
  // setHeader() would check the value again.
  store[KEY] = entry;
  return entry;
}

/**
 * Takes the token out of what a request keeps, so that a log of the request, of its response or of an error that holds either
 * (axios: `error.request`) does not show it. To be called when it was sent, or never will be. Idempotent.
 *
 * @param entry - What `authorize` answered.
 */
export function scrub(request: ClientRequest, entry: HeaderEntry): void {
  const [, value] = entry;
  if (value === REDACTED) return;
  // setHeader() refuses once the head is final; what stands in the store is changed instead.
  entry[1] = REDACTED;
  const internals = request as unknown as Internals;
  const { _header: head, outputData, socket } = internals;
  if (head !== null) internals._header = without(value, head);
  for (const piece of outputData ?? []) if (typeof piece.data === 'string') piece.data = without(value, piece.data);
  if (typeof socket?._pendingData === 'string') socket._pendingData = without(value, socket._pendingData);
}

/** Adds the header to a head that is final, unless it has one. */
function complete(request: ClientRequest, value: string): boolean {
  const internals = request as unknown as Internals;
  const head = internals._header ?? '';
  if (/^authorization:/im.test(head)) return false;
  // With Expect the head stands among what waits for a socket already.
  const waiting = internals.outputData?.find(({ data }) => typeof data === 'string' && data.startsWith(head));
  if (internals._headerSent && waiting === undefined) return false;
  // The empty line that ends a head stays its end.
  const completed = `${head.slice(0, -2)}${LINE_START}${value}\r\n\r\n`;
  internals._header = completed;
  if (waiting !== undefined) waiting.data = completed + String(waiting.data).slice(head.length);
  return true;
}

/** `text` without `value`. To look for the header takes a twentieth of the time that it takes to look for a token. */
function without(value: string, text: string): string {
  const start = text.indexOf(LINE_START) + LINE_START.length;
  const end = start + value.length;
  // A header's end: no token has one within.
  if (text.indexOf('\r', start) !== end) return text.replaceAll(value, REDACTED);
  return text.slice(0, start) + REDACTED + text.slice(end);
}

function storeOf(request: ClientRequest): Record<string, HeaderEntry> | undefined {
  storeKey ??= Object.getOwnPropertySymbols(request).find(({ description }) => description === 'kOutHeaders');
  if (storeKey === undefined) return undefined;
  return (request as unknown as Record<symbol, Record<string, HeaderEntry> | null>)[storeKey] ?? undefined;
}
