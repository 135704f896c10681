import { readStatus, record, text } from '../api/answer.ts';
import type { ApiAnswer, ApiConnection } from '../api/connection.ts';
import { rejectionOf } from '../api/rejection.ts';
import type { Clock } from '../clock.ts';
import { InvalidOptionError, KubefreshError } from '../errors.ts';
import { explainRejection } from '../token/explain.ts';
import { parseToken } from '../token/parse.ts';
import type { Token } from '../token/token.ts';
import { reviewCache } from './review-cache.ts';
import type { ReviewedToken } from './reviewed-token.ts';
import { TokenUnverifiedError, VerificationUnavailableError } from './token-unverified-error.ts';
import { checkAudiences } from './verify-token.ts';

/** Options of `reviewToken`. */
export interface ReviewOptions {
  /** The cluster to ask. */
  readonly api: ApiConnection;
  /** The audiences that this service goes by; the token must be for one of them. */
  readonly audiences: readonly string[];
  /**
   * How long a success is kept, ms, 0 to 60,000: for so long a revoked token still passes. Default 10,000, as the API server itself
   * keeps it. Failures are not kept.
   */
  readonly cacheFor?: number;
  /** Where time comes from. Default: the machine's clocks. The first call for a connection decides. */
  readonly clock?: Clock;
}

const DEFAULT_CACHE = 10_000;
const LONGEST_CACHE = 60_000;
const PATH = '/apis/authentication.k8s.io/v1/tokenreviews';

/**
 * Asks the API server whether it takes a token that somebody presented (a TokenReview): it knows what was revoked. Needs the
 * ClusterRole `system:auth-delegator`. Successes are kept for seconds, a thousand at most, and callers with the same token
 * share one request.
 *
 * @param presented - The token as it came (without `Bearer `), of any kind.
 * @throws TokenUnverifiedError for a token that the API server does not take, or not for your audiences; TokenMalformedError
 *   for what is none; VerificationUnavailableError where it cannot be asked; InvalidOptionError for the options.
 */
export async function reviewToken(presented: string, options: ReviewOptions): Promise<ReviewedToken> {
  const { api, audiences, cacheFor = DEFAULT_CACHE, clock } = options;
  checkAudiences(audiences);
  if (!(cacheFor >= 0 && cacheFor <= LONGEST_CACHE)) {
    throw new InvalidOptionError('cacheFor', `cacheFor is ${cacheFor}; it is ms, from 0 to ${LONGEST_CACHE}.`);
  }
  const token = parseToken(presented, { format: 'any' });
  return await reviewCache(api, clock).get(token.reveal(), audiences, cacheFor, () => ask(token, api, audiences));
}

async function ask(token: Token, api: ApiConnection, audiences: readonly string[]): Promise<ReviewedToken> {
  const asker = heldBy(api);
  const answer = await post(token, api, audiences);
  if (answer.status !== 201 && answer.status !== 200) throw notReviewed(answer, api, asker);
  const status = record(record(answer.json)['status']);
  if (status['authenticated'] !== true) {
    throw notTaken(token, text(status['error']) ?? '', audiences);
  }
  // An authenticator that knows no audiences leaves them out; then the token is good for the API server only.
  const common = texts(status['audiences']).filter((name) => audiences.includes(name));
  if (common.length === 0) {
    throw new TokenUnverifiedError(
      'aud',
      `The API server takes ${token}, but not for this service, which goes by [${audiences.join(', ')}].`,
    );
  }
  const user = record(status['user']);
  const extra = Object.entries(record(user['extra'])).map(([name, values]) => [name, texts(values)] as const);
  return Object.freeze({
    token,
    username: text(user['username']) ?? '',
    uid: text(user['uid']),
    groups: texts(user['groups']),
    extra: Object.fromEntries(extra),
    audiences: common,
  });
}

async function post(token: Token, api: ApiConnection, audiences: readonly string[]): Promise<ApiAnswer> {
  const spec = { token: token.reveal(), audiences };
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec };
  try {
    return await api.send({ method: 'POST', path: PATH, body });
  } catch (cause) {
    if (KubefreshError.is(cause, 'ERR_KUBEFRESH_CLOSED')) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new VerificationUnavailableError(
      `The API server at ${api.origin} could not be asked about ${token}: ${why}`,
      { cause },
    );
  }
}

function notTaken(token: Token, said: string, audiences: readonly string[]): TokenUnverifiedError {
  const start = `The API server does not take ${token}${said === '' ? '' : `: ${JSON.stringify(said)}`}.`;
  const { reason, message } = explainRejection(token, { status: 401, audiences, review: said });
  // Where its words are known, what they mean is all there is to say.
  const meaning = message.includes(JSON.stringify(said)) ? ` Reason: ${reason}.` : ` ${message}`;
  return new TokenUnverifiedError('review', start + meaning);
}

/** The token that asks, where a source has one. */
function heldBy({ source }: ApiConnection): Token | undefined {
  try {
    return source?.current().token;
  } catch {
    return undefined;
  }
}

function notReviewed(
  answer: ApiAnswer,
  { origin }: ApiConnection,
  asker: Token | undefined,
): VerificationUnavailableError {
  const { status, json } = answer;
  const { message } = readStatus(json);
  const rejected = rejectionOf(asker, answer, Date.now());
  const needs =
    status === 403
      ? " Whoever asks needs the verb 'create' on tokenreviews.authentication.k8s.io: bind the ClusterRole system:auth-delegator to its account."
      : rejected === undefined
        ? ''
        : ` It does not accept the token that asks, ${asker}: ${rejected.message}`;
  return new VerificationUnavailableError(
    `The API server at ${origin} did not review the token (${status}). ${message.replace(/[.]?$/, '.')}${needs}`,
    rejected && { cause: rejected },
  );
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}
