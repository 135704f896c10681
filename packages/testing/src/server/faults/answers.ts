import type { RequestFacts } from '../../journal/entry.ts';
import { failure } from '../http/status.ts';
import type { FaultRule } from './fault.ts';

/** An answer given as it is. */
export interface CannedAnswer {
  /** The HTTP status. */
  readonly status: number;
  /** Its headers; `content-type` is set where the body is JSON. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it is, anything else as JSON. Default: empty. */
  readonly body?: unknown;
}

type Matches = (request: RequestFacts) => boolean;

/** An answer in place of the handler's. */
export function respondRule(matches: Matches, answer: CannedAnswer): FaultRule {
  return {
    phase: 'handling',
    matches,
    act: (exchange) => {
      const { status, headers, body = '' } = answer;
      if (typeof body === 'string') exchange.send(status, body, headers);
      else exchange.sendJson(status, body, headers);
      return 'answered';
    },
  };
}

/** 429 in the words of priority and fairness. */
export function tooManyRequestsRule(matches: Matches, retryAfterSeconds = 1): FaultRule {
  return {
    phase: 'handling',
    matches,
    act: (exchange) => {
      const status = failure(429, 'TooManyRequests', 'Too many requests, please try again later.', {
        retryAfterSeconds,
      });
      exchange.sendStatus(status, { 'retry-after': String(retryAfterSeconds) });
      return 'answered';
    },
  };
}

/** The connection ends instead of an answer. */
export function cutRule(matches: Matches): FaultRule {
  return {
    phase: 'arrival',
    matches,
    act: (exchange) => {
      exchange.cut();
      return 'answered';
    },
  };
}
