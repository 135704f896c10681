import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { systemClock } from '../clock.ts';

/**
 * A refused response up to this many bytes is read to its end, so that its connection serves on: the API server's is 165, and
 * a new TLS handshake for each refused request costs milliseconds just when a rotation has made many of them.
 */
const DRAINED_UP_TO = 16 * 1024;
/** How long that may take, ms; it is usually there already. */
const DRAIN_TIMEOUT = 100;

/** The reason by which a 401 is dropped, in favour of sending once more. It never reaches a caller. */
export const SEND_AGAIN = new Error('kubefresh drops this response and sends the request once more');

/**
 * Gets rid of a response that nobody is to see: lets it come to its end, which the handler drops; one that may be long, or
 * endless, is aborted with SEND_AGAIN.
 *
 * @returns what stops waiting for its end.
 */
export function discard(
  controller: Dispatcher.DispatchController,
  headers: IncomingHttpHeaders,
): (() => void) | undefined {
  const abort = (): void => controller.abort(SEND_AGAIN);
  const isShort = Number(headers['content-length'] ?? Number.POSITIVE_INFINITY) <= DRAINED_UP_TO;
  if (isShort) return systemClock.schedule(abort, DRAIN_TIMEOUT, { hold: true });
  abort();
  return undefined;
}
