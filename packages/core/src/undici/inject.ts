import type { Dispatcher } from 'undici';
import { InvalidOptionError, UnsupportedUndiciError } from '../errors.ts';
import type { Credential } from '../source/types.ts';
import { BearerHandler } from './handler.ts';
import { hasAuthorization, withAuthorization } from './headers.ts';
import type { Transport } from './transport.ts';

/** Where requests go that we have no part in. */
type Aside = Dispatcher.Dispatch;

/**
 * Sends one request with the token of now, or hands it on as it is: to an origin outside the list, and where the caller
 * authenticates by himself. Synchronous: an asynchronous step would defer aborts.
 *
 * @throws UnsupportedUndiciError for a handler of undici 6.
 */
export function inject(
  transport: Transport,
  aside: Aside,
  options: Dispatcher.DispatchOptions,
  handler: Dispatcher.DispatchHandler,
): boolean {
  if (handler.onRequestStart === undefined) throw unsupportedHandler();
  const { line } = transport;
  const { origin, path } = options;
  if (origin === undefined) return refuse(handler, missingOrigin());
  if (line.origins.match(origin, path) === undefined) return aside(options, handler);
  let credential: Credential;
  try {
    credential = line.source.current();
  } catch (error) {
    if (hasAuthorization(options.headers)) return aside(options, handler);
    return transport.wait?.(error as Error, options, handler) || refuse(handler, error as Error);
  }
  const headers = withAuthorization(options.headers, line.headerOf(credential));
  if (headers === undefined) return aside(options, handler);
  return new BearerHandler(transport, options, headers, credential, handler).start();
}

/** Fails a request in undici's own way, before it started: its types do not know that the controller is null then. */
export function refuse(handler: Dispatcher.DispatchHandler, error: Error): boolean {
  handler.onResponseError?.(null as unknown as Dispatcher.DispatchController, error);
  return true;
}

function missingOrigin(): InvalidOptionError {
  return new InvalidOptionError(
    'origin',
    'A request came without an origin, so that nobody can tell whether it may carry the token; compose bearer() on an Agent instead of a Pool or Client, or set `origin` in the request.',
  );
}

function unsupportedHandler(): UnsupportedUndiciError {
  return new UnsupportedUndiciError(
    'bearer() works with undici 7 and 8; this request came from undici 6, or from the fetch built into Node. Give it a dispatcher of createDispatcher(), which serves all of them, or use createFetch().',
  );
}
