import type { RequestFacts } from '../../journal/entry.ts';
import type { FaultRule } from './fault.ts';

/** Where a redirect leads. */
export interface RedirectTarget {
  /** An origin, to which the request's path and query are added; or the whole address, made of the request. */
  readonly to: string | ((request: RequestFacts) => string);
  /** Default 307, which keeps method and body. */
  readonly status?: 301 | 302 | 303 | 307 | 308;
}

/** Sends the client elsewhere before anybody asks who it is. */
export function redirectRule(matches: (request: RequestFacts) => boolean, target: RedirectTarget): FaultRule {
  return {
    phase: 'arrival',
    matches,
    act: (exchange) => {
      const { to, status = 307 } = target;
      const query = exchange.facts.query.toString();
      const location =
        typeof to === 'function' ? to(exchange.facts) : `${to}${exchange.facts.path}${query === '' ? '' : `?${query}`}`;
      exchange.send(status, '', { location });
      return 'answered';
    },
  };
}
