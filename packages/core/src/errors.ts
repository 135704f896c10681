/** Marks our errors across copies of this package: two versions in one program recognise each other's. */
const BRAND = Symbol.for('kubefresh.error');

/** Every code an error or a `fault` event of this package can carry. Codes are stable; messages are not. */
export type KubefreshErrorCode =
  | 'ERR_KUBEFRESH_CA_INVALID'
  | 'ERR_KUBEFRESH_CERTIFICATE_UNTRUSTED'
  | 'ERR_KUBEFRESH_CLOSED'
  | 'ERR_KUBEFRESH_CREDENTIAL_UNAVAILABLE'
  | 'ERR_KUBEFRESH_FALLBACK_FAILED'
  | 'ERR_KUBEFRESH_FILE_UNREADABLE'
  | 'ERR_KUBEFRESH_INSECURE'
  | 'ERR_KUBEFRESH_INVALID_OPTION'
  | 'ERR_KUBEFRESH_NOT_IN_CLUSTER'
  | 'ERR_KUBEFRESH_SUBPATH'
  | 'ERR_KUBEFRESH_TOKEN_LEGACY'
  | 'ERR_KUBEFRESH_TOKEN_MALFORMED'
  | 'ERR_KUBEFRESH_TOKEN_NOT_YET_VALID'
  | 'ERR_KUBEFRESH_TOKEN_OLDER'
  | 'ERR_KUBEFRESH_TOKEN_REJECTED'
  | 'ERR_KUBEFRESH_TOKEN_REQUEST'
  | 'ERR_KUBEFRESH_TOKEN_STALE'
  | 'ERR_KUBEFRESH_TOKEN_UNVERIFIED'
  | 'ERR_KUBEFRESH_UNSUPPORTED_CLIENT'
  | 'ERR_KUBEFRESH_UNSUPPORTED_UNDICI'
  | 'ERR_KUBEFRESH_VERIFICATION_UNAVAILABLE'
  | 'ERR_KUBEFRESH_WATCH_FAILED';

/**
 * The base of every error this package throws or reports.
 *
 * The message says what happened, where, and what to do about it; it never holds a token. `code` is stable and is what a
 * program should test; `cause` is the error underneath, when there is one.
 */
export class KubefreshError extends Error {
  static {
    Object.defineProperty(KubefreshError.prototype, BRAND, { value: true });
    Object.defineProperty(KubefreshError.prototype, 'name', {
      value: 'KubefreshError',
      configurable: true,
      writable: true,
    });
  }

  /** Stable, and what a program should test; the README of `@kubefresh/core` has the table. */
  readonly code: KubefreshErrorCode;

  constructor(code: KubefreshErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** Whether `error` is one of ours, from any copy of this package, and (where given) has that code. */
  static is(error: unknown, code?: KubefreshErrorCode): error is KubefreshError {
    return (
      typeof error === 'object' &&
      error !== null &&
      BRAND in error &&
      (code === undefined || ('code' in error && error.code === code))
    );
  }
}

/**
 * No in-cluster environment: an environment variable is missing or malformed. Thrown by `inCluster()`. Code
 * `ERR_KUBEFRESH_NOT_IN_CLUSTER`.
 */
export class NotInClusterError extends KubefreshError {
  override name = 'NotInClusterError';
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_KUBEFRESH_NOT_IN_CLUSTER', message, options);
  }
}

/**
 * There is no credential (yet). `cause` is the last reason why a read was refused, or why a request for one failed.
 * Code `ERR_KUBEFRESH_CREDENTIAL_UNAVAILABLE`.
 */
export class CredentialUnavailableError extends KubefreshError {
  override name = 'CredentialUnavailableError';
  /** When it is tried again, ms from now; undefined where that hangs on something else than time. */
  readonly retryAfter: number | undefined;

  constructor(message: string, { retryAfter, ...options }: ErrorOptions & { retryAfter?: number | undefined } = {}) {
    super('ERR_KUBEFRESH_CREDENTIAL_UNAVAILABLE', message, options);
    this.retryAfter = retryAfter;
  }
}

/**
 * A text that is no acceptable token. The message names the part and the position, never the text. Code
 * `ERR_KUBEFRESH_TOKEN_MALFORMED`.
 */
export class TokenMalformedError extends KubefreshError {
  override name = 'TokenMalformedError';
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_KUBEFRESH_TOKEN_MALFORMED', message, options);
  }
}

/**
 * A file of the volume that is missing, unreadable, too large or no regular file. `path` names it. Code
 * `ERR_KUBEFRESH_FILE_UNREADABLE`.
 */
export class FileUnreadableError extends KubefreshError {
  override name = 'FileUnreadableError';
  /** The file or directory that could not be read. */
  readonly path: string;
  constructor(path: string, message: string, options?: ErrorOptions) {
    super('ERR_KUBEFRESH_FILE_UNREADABLE', message, options);
    this.path = path;
  }
}

/** An option that cannot be used: which one, what was given, what is accepted. Code `ERR_KUBEFRESH_INVALID_OPTION`. */
export class InvalidOptionError extends KubefreshError {
  override name = 'InvalidOptionError';
  /** The option's name, as the caller wrote it. */
  readonly option: string;
  constructor(option: string, message: string, options?: ErrorOptions) {
    super('ERR_KUBEFRESH_INVALID_OPTION', message, options);
    this.option = option;
  }
}

/**
 * A token would have gone over plain http or unverified TLS, and `allowInsecure` was not set. Code
 * `ERR_KUBEFRESH_INSECURE`.
 */
export class InsecureTransportError extends KubefreshError {
  override name = 'InsecureTransportError';
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_KUBEFRESH_INSECURE', message, options);
  }
}

/**
 * The API server's certificate is not signed by the CA of now. The message names its fingerprint; `cause` is the TLS
 * error. Code `ERR_KUBEFRESH_CERTIFICATE_UNTRUSTED`.
 */
export class CertificateUntrustedError extends KubefreshError {
  override name = 'CertificateUntrustedError';
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_KUBEFRESH_CERTIFICATE_UNTRUSTED', message, options);
  }
}

/**
 * The undici that calls us cannot be served (undici 6 and older have no such interceptors). Code
 * `ERR_KUBEFRESH_UNSUPPORTED_UNDICI`.
 */
export class UnsupportedUndiciError extends KubefreshError {
  override name = 'UnsupportedUndiciError';
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_KUBEFRESH_UNSUPPORTED_UNDICI', message, options);
  }
}

/**
 * The source, dispatcher or manager was closed by its owner and is asked for something new. Code
 * `ERR_KUBEFRESH_CLOSED`.
 */
export class ClosedError extends KubefreshError {
  override name = 'ClosedError';
  constructor(what: string) {
    super('ERR_KUBEFRESH_CLOSED', `This ${what} was closed; create a new one, or close it later.`);
  }
}
