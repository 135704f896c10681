/** What undici says of requests that a GOAWAY frame without an error ended. */
const MESSAGE = 'HTTP/2: "GOAWAY" frame received with code 0';

/**
 * Whether an HTTP/2 server announced not to process the request that failed with `error`: it is safe to send again,
 * whatever its method. undici 8 says so with this code; undici 7 has the same words, with the code of any broken connection,
 * for a request that the server may be processing.
 */
export function isRefusedByGoaway(error: Error & { readonly code?: unknown }): boolean {
  return error.code === 'UND_ERR_INFO' && error.message === MESSAGE;
}
