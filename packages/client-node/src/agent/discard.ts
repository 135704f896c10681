import type { IncomingMessage } from 'node:http';
import { setTimeout } from 'node:timers';

/** A 401 of the API server is 165 bytes; one longer than this is cut off rather than read to its end. */
const LONGEST = 64 * 1024;
/** How long its end is waited for, ms: usually it is there already. */
const TIMEOUT = 1000;

/** Reads a response that nobody wants to its end, so that its connection serves on; one that does not end is cut off. */
export function discard(response: IncomingMessage): void {
  let length = 0;
  const cut = () => response.destroy();
  const timer = setTimeout(cut, TIMEOUT).unref();
  response.on('error', () => {});
  response.on('close', () => clearTimeout(timer));
  response.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > LONGEST) cut();
  });
}
