import type { RequestFacts } from '../../journal/entry.ts';
import { sendUnauthorized } from '../auth/unauthorized.ts';
import type { FaultRule } from './fault.ts';

/** What a refused client has to read. */
export type RefuseBody = 'status' | 'endless' | 'huge' | 'empty';

const HUGE_BYTES = 10 * 1024 * 1024;

/** 401 in place of the authenticator. */
export function refuseRule(matches: (request: RequestFacts) => boolean, body: RefuseBody = 'status'): FaultRule {
  return {
    phase: 'credential',
    matches,
    act: (exchange) => {
      exchange.refusedBecause('refused by a fault');
      switch (body) {
        case 'endless':
          exchange.start(401, { 'content-type': 'application/json' });
          // A first piece, so that the client has begun to read: the rest never comes.
          exchange.write('{"kind":"Status",');
          break;
        case 'huge':
          exchange.send(401, Buffer.alloc(HUGE_BYTES, ' '), { 'content-type': 'application/json' });
          break;
        case 'empty':
          exchange.send(401, '');
          break;
        default:
          sendUnauthorized(exchange);
      }
      return 'answered';
    },
  };
}
