import type { ClientRequest } from 'node:http';

/**
 * Whether a kept connection turned out to be closed by the server just when it was used again, and the request can be sent
 * on another: nodejs.org/api/http.html#requestreusedsocket.
 */
export function isLost(error: Error & { code?: unknown }, { reusedSocket, method }: ClientRequest): boolean {
  return (
    reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE') && (method === 'GET' || method === 'HEAD')
  );
}
