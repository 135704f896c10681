import { CredentialUnavailableError, parseToken, type Token } from '@kubefresh/core';

/** A client certificate and its key, PEM. */
export interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
}

/** What a plugin answered: a token, a client certificate, or both. */
export interface ExecCredential {
  readonly token: Token | undefined;
  readonly certificate: ClientCertificate | undefined;
  /** ms since the epoch; undefined where the plugin does not say. */
  readonly expiresAt: number | undefined;
}

/**
 * Reads a plugin's output by kubectl's rules (client-go: `refreshCredsLocked`).
 *
 * @throws CredentialUnavailableError that says what is wrong with it, and holds none of it.
 */
export function parseExecCredential(output: string, apiVersion: string | undefined, command: string): ExecCredential {
  const fail = (what: string, options?: ErrorOptions): never => {
    throw new CredentialUnavailableError(`The credential plugin ${command} ${what}.`, options);
  };
  const answer = readJson(output);
  if (answer === undefined || answer.kind !== 'ExecCredential') return fail('did not print an ExecCredential as JSON');
  if (apiVersion !== undefined && answer.apiVersion !== apiVersion) {
    return fail(`is configured for ${apiVersion} and answered in another version, ${String(answer.apiVersion)}`);
  }
  const { status } = answer;
  if (status === undefined || status === null) return fail('answered without a status');
  const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = status;
  if (![token, cert, key, expirationTimestamp].every(isTextOrNothing)) return fail('answered with what is no text');
  if (!token && !cert && !key) return fail('answered with neither a token nor a client certificate');
  if (!cert !== !key) return fail('answered with a client certificate or a key alone; both are needed');
  const expiresAt = expirationTimestamp ? Date.parse(expirationTimestamp) : undefined;
  if (Number.isNaN(expiresAt)) return fail('answered with an expirationTimestamp that is no time');
  return {
    token: token ? parseToken(token, { format: 'any' }) : undefined,
    certificate: cert && key ? { cert, key } : undefined,
    expiresAt,
  };
}

function isTextOrNothing(value: unknown): boolean {
  return value === undefined || value === null || typeof value === 'string';
}

interface Answer {
  readonly kind?: unknown;
  readonly apiVersion?: unknown;
  readonly status?: {
    readonly token?: string;
    readonly clientCertificateData?: string;
    readonly clientKeyData?: string;
    readonly expirationTimestamp?: string;
  } | null;
}

function readJson(output: string): Answer | undefined {
  try {
    const value: unknown = JSON.parse(output);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    // The parser's message would quote the output, which may hold a token.
    return undefined;
  }
}
