import { type Credential, type CredentialSource, explainUntrusted, isUntrusted } from '@kubefresh/core';
import { RefusedError } from './refused-error.ts';

/** How long the source may take to look for another CA, ms. */
const RENEW_TIMEOUT = 5000;

/** An attempt to open a WebSocket, in trouble. */
export interface FailedAttempt {
  readonly source: CredentialSource;
  readonly origin: string;
  /** What it was made with. */
  readonly credential: Credential;
  /** In ms of `performance.now()`. */
  readonly sentAt: number;
}

/** What to try once more with: another token after a 401, another CA where this one has not signed the server. */
export async function betterThan(failed: FailedAttempt, error: unknown): Promise<Credential | undefined> {
  const { source, origin, credential, sentAt } = failed;
  if (error instanceof RefusedError && error.statusCode === 401) {
    return source.rejected(credential, { status: 401, origin, sentAt, ...error.evidence });
  }
  if (!isUntrusted(error)) return undefined;
  try {
    const next = await source.renew({ reason: 'tls', signal: AbortSignal.timeout(RENEW_TIMEOUT) });
    return next.ca === credential.ca ? undefined : next;
  } catch {
    return undefined;
  }
}

/** What the caller of an attempt is told: of a server that the CA has not signed, the CA's file and fingerprint. */
export function explained(error: unknown, origin: string, credential: Credential): unknown {
  if (!isUntrusted(error)) return error;
  const { messages } = error as { readonly messages?: unknown };
  return Object.assign(explainUntrusted(error as Error, origin, credential), { messages });
}
