import type { Exchange } from './exchange.ts';
import { StatusError } from './status.ts';

/**
 * Lets only requests through whose Accept leaves room for one of these media types (apiserver's negotiation).
 *
 * @throws {StatusError} 406
 */
export function checkAccept(exchange: Exchange, ...available: readonly string[]): void {
  const accept = exchange.facts.headers['accept'];
  if (accept === undefined || accept === '') return;
  const accepted = accept.split(',').map((range) => range.split(';')[0]?.trim() ?? '');
  const fits = (range: string, type: string) =>
    range === type || range === '*/*' || (range.endsWith('/*') && type.startsWith(range.slice(0, -1)));
  if (available.some((type) => accepted.some((range) => fits(range, type)))) return;
  const message = `406: Not Acceptable\n\nAvailable representations: ${available.join(', ')}`;
  throw new StatusError(406, 'NotAcceptable', message, {});
}

/**
 * What the API server can send of its objects. The kit sends JSON, whichever of them a client prefers.
 */
export const OBJECT_TYPES = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'] as const;
