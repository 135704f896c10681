import { explainRejection } from '../token/explain.ts';
import type { Token } from '../token/token.ts';
import { TokenRejectedError } from '../token/token-rejected-error.ts';
import { first } from './answer.ts';
import type { ApiAnswer } from './connection.ts';

/**
 * Why the token that asked was refused, for the `cause` of what could not be asked: with the seconds and the ids that differ
 * each time. Undefined for other answers than 401, and where a client certificate (not a token) asked.
 * @param now - by our clock, ms since the epoch: where the answer has no `Date`.
 */
export function rejectionOf(asker: Token | undefined, answer: ApiAnswer, now: number): TokenRejectedError | undefined {
  const { status, headers } = answer;
  if (asker === undefined || status !== 401) return undefined;
  const date = first(headers['date']);
  const auditId = first(headers['audit-id']);
  const evidence = { status, ...(date === undefined ? { now } : { date }), ...(auditId && { auditId }) };
  return new TokenRejectedError(asker, explainRejection(asker, evidence), auditId);
}
