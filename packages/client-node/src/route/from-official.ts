import { setImmediate } from 'node:timers';
import type { createDispatcher } from '@kubefresh/core/undici';
import type { IssuedHeaders } from './issued.ts';
import { isWatch } from './patience.ts';
import { PatientHandler } from './patient-handler.ts';

// Taken at import: a user's fake timers are the user's.
const defer = setImmediate;

type Dispatcher = ReturnType<typeof createDispatcher>;
type Options = Parameters<Dispatcher['dispatch']>[0] & { allowH2?: boolean };
type Interceptor = (dispatch: Dispatcher['dispatch']) => Dispatcher['dispatch'];

/**
 * An interceptor for requests that the official client made. It takes our own Authorization header out, so that what comes
 * after it injects the token of now, where it belongs; what the caller set himself stays. It also fills in what the client
 * leaves to undici, by the house rules: a quiet stream is no fault, and HTTP/2 only by choice; and it is patient with watches.
 *
 * Each request goes out in the next turn of the event loop: undici frees a connection one turn after its response has ended,
 * so that whoever sends the next request at once would make it open another, and twenty callers would hold forty.
 */
export function fromOfficial(issued: IssuedHeaders): Interceptor {
  return (dispatch) => (options: Options, handler) => {
    const headers = withoutIssued(options.headers, issued);
    const { bodyTimeout = 0, allowH2 = false } = options;
    const request = { ...options, headers, bodyTimeout, allowH2 } as Options;
    const patient = isWatch(options.method, options.path);
    const sent = patient ? new PatientHandler(dispatch, request, handler) : handler;
    defer(() => {
      try {
        dispatch(request, sent);
      } catch (error) {
        // As undici ends what it could not even begin: its types do not know that there is no controller then.
        handler.onResponseError?.(null as never, error as Error);
      }
    });
    return true;
  };
}

function withoutIssued(headers: Options['headers'], issued: IssuedHeaders): Options['headers'] {
  // fetch and `getHeaders()` of the official client give plain objects.
  if (headers === null || typeof headers !== 'object' || Array.isArray(headers) || Symbol.iterator in headers) {
    return headers ?? null;
  }
  for (const name in headers) {
    if (name.toLowerCase() !== 'authorization' || !issued.has(headers[name])) continue;
    const { [name]: _, ...rest } = headers;
    return rest;
  }
  return headers;
}
