import type { IncomingMessage } from 'node:http';

/** How the API server names a caller whose credential did not arrive. */
const ANONYMOUS = 'system:anonymous';

/**
 * Calls `found` where the body of a 403 says that the server took its caller for anonymous. It is looked at where it comes
 * in, on its way to whoever reads it: a listener of ours would make it flow before he is there.
 */
export function lookForAnonymous(response: IncomingMessage, found: () => void): void {
  response.push = (chunk: unknown, ...rest) => {
    // The first piece tells: the API server's Status is a few hundred bytes.
    Reflect.deleteProperty(response, 'push');
    if (Buffer.isBuffer(chunk) && chunk.includes(ANONYMOUS)) found();
    return response.push(chunk, ...rest);
  };
}
