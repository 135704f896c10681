import { first, readStatus, retryAfter } from '../api/answer.ts';
import type { ApiAnswer } from '../api/connection.ts';
import { rejectionOf } from '../api/rejection.ts';
import type { Token } from '../token/token.ts';
import type { TokenRejectedError } from '../token/token-rejected-error.ts';
import { roleYaml } from './role.ts';
import type { ResolvedSpec } from './spec.ts';
import { TokenRequestError, type TokenRequestFailure } from './token-request-error.ts';

/** A TokenRequest that was answered, but not with a token. */
export interface FailedRequest {
  readonly answer: ApiAnswer;
  readonly spec: ResolvedSpec;
  /** The token that asked, where it is known. */
  readonly asker: Token | undefined;
  /** Scheme, host and port of the API server. */
  readonly origin: string;
  /** ms since the epoch. */
  readonly now: number;
}

/** How RBAC words what it denies; an admission plugin or policy has words of its own (apiserver: `responsewriters.Forbidden`). */
const DENIED_BY_RBAC = /cannot create resource "serviceaccounts\/token"/;

/** The error for the answer. Its message is the same each time for the same cause, so that it can be told once. */
export function answeredWith(failed: FailedRequest): TokenRequestError {
  const { answer, now } = failed;
  const { status, headers } = answer;
  const said = readStatus(answer.json);
  const reason = reasonOf(status);
  const rejected = rejectionOf(failed.asker, answer, now);
  const details = {
    status,
    field: said.field,
    retryAfter: retryAfter(headers['retry-after'], now),
    auditId: first(headers['audit-id']),
  };
  return new TokenRequestError(reason, messageFor(reason, failed, rejected), details, rejected && { cause: rejected });
}

/** The error for an answer that looks like a success and holds no token. */
export function withoutToken(spec: ResolvedSpec, origin: string, status: number, cause?: unknown): TokenRequestError {
  const why =
    cause instanceof Error
      ? `status.token that is none: ${cause.message}`
      : 'no status.token or no status.expirationTimestamp.';
  const message = `No token for ${account(spec)} (${status}): the answer of ${origin} has ${why} Is it an API server of Kubernetes 1.22 or newer?`;
  return new TokenRequestError('unexpected', message, { status }, cause === undefined ? undefined : { cause });
}

/** The error for a request that got no answer. */
export function unanswered(spec: ResolvedSpec, origin: string, cause: unknown): TokenRequestError {
  const why = cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : String(cause);
  const message = `No token for ${account(spec)}: the API server at ${origin} could not be asked: ${why}`;
  return new TokenRequestError('unreachable', message, {}, { cause });
}

function reasonOf(status: number): TokenRequestFailure {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not-found';
  if (status === 409) return 'conflict';
  if (status === 400 || status === 422) return 'invalid';
  if (status === 429) return 'too-many-requests';
  return status >= 500 ? 'server-error' : 'unexpected';
}

function messageFor(
  reason: TokenRequestFailure,
  failed: FailedRequest,
  rejected: TokenRejectedError | undefined,
): string {
  const { answer, spec, origin } = failed;
  const { message, field } = readStatus(answer.json);
  const said = message === '' ? '' : ` The API server says: ${message.replace(/\.$/, '')}.`;
  const start = `No token for ${account(spec)} (${answer.status}${field === undefined ? '' : `, ${field}`}).${said}`;
  switch (reason) {
    case 'unauthorized':
      return start + unauthorized(failed, rejected);
    case 'forbidden':
      return start + forbidden(failed, message);
    case 'not-found':
      return `${start}${notFound(spec, readStatus(answer.json))}`;
    case 'conflict':
      return `${start} What has that name now is another object: it was deleted and created again. Ask with its new uid.`;
    case 'invalid':
      return `${start}${invalid(message, spec)}`;
    case 'too-many-requests':
    case 'server-error':
      return `${start} It is asked again later.`;
    default:
      return `${start} That is no answer of a TokenRequest: is ${origin} an API server (and not a proxy or gateway in front of it)?`;
  }
}

function unauthorized({ asker }: FailedRequest, rejected: TokenRejectedError | undefined): string {
  if (asker === undefined || rejected === undefined) return ' It does not accept the credential that asks.';
  const { reason, certainty } = rejected.explanation;
  return ` It does not accept the token that asks, ${asker}: ${reason} (${certainty}; the cause of this error says more).`;
}

function forbidden({ spec, asker }: FailedRequest, message: string): string {
  if (/system:anonymous/.test(message)) {
    return ' It took us for anonymous: something on the way removes the Authorization header.';
  }
  if (message !== '' && !DENIED_BY_RBAC.test(message)) return '';
  const subject = asker?.claims?.serviceAccount;
  return ` Whoever asks needs the verb 'create' on serviceaccounts/token of that account:\n\n${roleYaml({ ...spec, subject })}`;
}

function notFound(
  { boundTo }: ResolvedSpec,
  { kind, name }: { kind: string | undefined; name: string | undefined },
): string {
  if (boundTo !== undefined && kind?.toLowerCase().startsWith(boundTo.kind.toLowerCase())) {
    return ` The ${boundTo.kind} ${name ?? boundTo.name} that it should be bound to does not exist.`;
  }
  return ' Create the ServiceAccount, or correct its name and namespace.';
}

function invalid(message: string, { expirationSeconds }: ResolvedSpec): string {
  if (/expirationSeconds|duration/.test(message)) {
    return ` ${expirationSeconds} s were asked for; the API server takes 600 to 2^32, and an admission policy may take less.`;
  }
  return ' It does not accept what was asked for; the field it names has to be changed.';
}

function account({ namespace, serviceAccount }: ResolvedSpec): string {
  return `the ServiceAccount ${namespace}/${serviceAccount}`;
}
